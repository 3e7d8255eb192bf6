import { createCipheriv, createHash } from 'node:crypto';
import type { JarChanges } from './jar-contents.ts';
import { writeZip, type ZipEntry } from './zip.ts';

/** What a small Spring Boot 3.3 web app carries: library names and their true sizes in kB. */
export const LIBRARIES: readonly (readonly [name: string, kilobytes: number])[] = [
  ['spring-boot-3.3.5', 1620],
  ['spring-boot-autoconfigure-3.3.5', 1970],
  ['logback-classic-1.5.11', 300],
  ['logback-core-1.5.11', 620],
  ['log4j-to-slf4j-2.23.1', 24],
  ['log4j-api-2.23.1', 342],
  ['jul-to-slf4j-2.0.16', 6],
  ['jakarta.annotation-api-2.1.1', 26],
  ['snakeyaml-2.2', 334],
  ['jackson-databind-2.17.2', 1650],
  ['jackson-annotations-2.17.2', 78],
  ['jackson-core-2.17.2', 582],
  ['jackson-datatype-jdk8-2.17.2', 36],
  ['jackson-datatype-jsr310-2.17.2', 132],
  ['jackson-module-parameter-names-2.17.2', 10],
  ['tomcat-embed-core-10.1.31', 3560],
  ['tomcat-embed-el-10.1.31', 262],
  ['tomcat-embed-websocket-10.1.31', 280],
  ['spring-web-6.1.14', 1960],
  ['spring-beans-6.1.14', 870],
  ['spring-webmvc-6.1.14', 1040],
  ['spring-aop-6.1.14', 416],
  ['spring-context-6.1.14', 1330],
  ['spring-expression-6.1.14', 306],
  ['spring-core-6.1.14', 1960],
  ['spring-jcl-6.1.14', 25],
  ['spring-boot-actuator-autoconfigure-3.3.5', 780],
  ['spring-boot-actuator-3.3.5', 680],
  ['micrometer-observation-1.13.6', 74],
  ['micrometer-commons-1.13.6', 48],
  ['micrometer-jakarta9-1.13.6', 34],
  ['micrometer-core-1.13.6', 860],
  ['HdrHistogram-2.2.2', 126],
  ['LatencyUtils-2.0.3', 30],
  ['slf4j-api-2.0.16', 69],
  ['HikariCP-5.1.0', 162],
  ['spring-jdbc-6.1.14', 470],
  ['spring-tx-6.1.14', 286],
  ['postgresql-42.7.4', 1090],
  ['checker-qual-3.42.0', 232],
  ['spring-boot-jarmode-tools-3.3.5', 160],
];

/**
 * Makes the nested libraries of the sample jar: real names, sizes scaled to the wanted total, contents that
 * don't compress and depend on the name and size alone, so that two versions of the app share them.
 */
export function makeLibraries(totalBytes: number, changes: JarChanges): readonly ZipEntry[] {
  const whole = LIBRARIES.reduce((sum, [, kilobytes]) => sum + kilobytes, 0);
  return changedLibraries(changes).map(([name, kilobytes]) => ({
    name: `BOOT-INF/lib/${name}.jar`,
    data: makeLibrary(name, Math.round((totalBytes * kilobytes) / whole), 16_384),
    method: 'stored',
  }));
}

const ADDED_KILOBYTES = 100;

function changedLibraries({ libraries = [], without = [] }: JarChanges): typeof LIBRARIES {
  const usual = LIBRARIES.filter(([name]) => !without.includes(artifactOf(name)));
  const known = new Set(usual.map(([name]) => artifactOf(name)));
  const added = libraries.filter(name => !known.has(artifactOf(name)));
  return [
    ...usual.map(([name, kilobytes]): readonly [string, number] => [
      libraries.find(one => artifactOf(one) === artifactOf(name)) ?? name,
      kilobytes,
    ]),
    ...added.map((name): readonly [string, number] => [name, ADDED_KILOBYTES]),
  ];
}

const artifactOf = (name: string): string => name.replace(/-[\d.]+$/, '');

/** A library of about that many bytes, with stored entries of `classBytes`; `seed` makes another one of the same name. */
export function makeLibrary(name: string, bytes: number, classBytes: number, seed = name): Buffer {
  const folder = `${artifactOf(name).replaceAll(/[.-]/g, '/')}/`;
  const classes = Array.from({ length: Math.max(1, Math.ceil(bytes / classBytes)) }, (_, index): ZipEntry => {
    const length = Math.max(16, Math.min(classBytes, bytes - index * classBytes));
    return {
      name: `${folder}Type${index}.class`,
      data: makeNoise(`${seed}/${index}`, length),
      method: 'stored',
    };
  });
  const manifest: ZipEntry = {
    name: 'META-INF/MANIFEST.MF',
    data: Buffer.from(`Manifest-Version: 1.0\r\nAutomatic-Module-Name: ${name}\r\n\r\n`),
    method: 'deflated',
  };
  return writeZip([manifest, ...classes]);
}

/** Bytes that do not compress, with the first of a class file. */
export function makeNoise(seed: string, length: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  const noise = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
  Buffer.from('cafebabe0000003d', 'hex').copy(noise);
  return noise;
}
