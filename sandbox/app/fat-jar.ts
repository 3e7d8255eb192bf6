import { keepJar } from './build.ts';
import { compileJava } from './compile.ts';
import { layOutJar } from './jar-contents.ts';
import { LIBRARIES, makeLibrary, makeNoise } from './libraries.ts';
import { writeZip, type ZipEntry } from './zip.ts';

/** Which fat jar to build: 60 MB with 150 libraries and 500 classes beside the sample app's, laid out as Spring Boot's. */
export interface FatJarOptions {
  /** Letters, digits and `._+-`; told by the app and by the manifest. */
  readonly version: string;
  /** How often it was rebuilt after a change: each time 5 classes and one library of 300 kB are others. 0 if not given. */
  readonly rebuilt?: number;
  /** The time of all its entries; not given, the same in all jars. */
  readonly time?: Date;
}

const libraryCount = 150;
const libraryBytes = 56_000_000;
const classCount = 500;
const changedClasses = 5;
/** As small as classes are, so that reading its directories takes as long as a real jar's. */
const classBytes = 4096;
/** A module of the app's own, whose file name stays when it is changed. */
const ownModule = { name: 'acme-orders-core-1.0.0', kilobytes: 300 };

/**
 * Builds a jar of the size that people deploy, or finds it in the cache: same sources and options, same bytes. It runs
 * as the usual one does. Gives the path of a file that the caller must not change. Fails when `javac` fails or the
 * version is odd.
 */
export async function buildFatJar({ version, rebuilt = 0, time }: FatJarOptions): Promise<string> {
  if (!/^[\w.+-]{1,60}$/.test(version)) throw new Error(`not a version: ${version}`);
  return await keepJar(`fat-${version}-${rebuilt}`, [version, rebuilt, time], async () => {
    const entries = layOutJar(
      await compileJava(),
      version,
      'good',
      [...makeClasses(rebuilt), ...makeResources()],
      makeLibraries(rebuilt),
    );
    return writeZip(time === undefined ? entries : entries.map(entry => ({ ...entry, time })));
  });
}

/** Classes between 1 and 12 kB, about half of that when they are packed. */
const makeClasses = (rebuilt: number): readonly ZipEntry[] =>
  Array.from({ length: classCount }, (_, index): ZipEntry => {
    const isChanged = index % (classCount / changedClasses) === 0;
    const seed = `class ${index}${isChanged ? ` ${rebuilt}` : ''}`;
    const length = 1000 + ((index * index * 37 + (isChanged ? rebuilt * 90 : 0)) % 11_000);
    const words = Buffer.from('Lorg/acme/orders/Order;getCustomer()Ljava/util/List;'.repeat(length / 100));
    return {
      name: `BOOT-INF/classes/acme/orders/part${index % 20}/Order${index}Service.class`,
      data: Buffer.concat([makeNoise(seed, length - words.length), words]),
      method: 'deflated',
    };
  });

/** Pictures, fonts and scripts, which are packed already. */
const makeResources = (): readonly ZipEntry[] =>
  Array.from({ length: 12 }, (_, index) => ({
    name: `BOOT-INF/classes/static/assets/chunk-${index}.woff2`,
    data: makeNoise(`asset ${index}`, 5000 + index * index * 700),
    method: 'deflated',
  }));

/** Few large ones and many small ones: those of the usual jar, an ORM's, and others from 8 kB to 450 kB. */
function makeLibraries(rebuilt: number): readonly ZipEntry[] {
  const large = [
    ...LIBRARIES,
    ['hibernate-core-6.5.3', 11_700],
    ['byte-buddy-1.14.19', 8300],
    [ownModule.name, ownModule.kilobytes],
  ] as const;
  const count = libraryCount - large.length;
  const left = libraryBytes / 1000 - large.reduce((sum, [, kilobytes]) => sum + kilobytes, 0);
  const shares = Array.from({ length: count }, (_, index) => 0.05 + (index / count) ** 2);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  const small = shares.map((share, index): readonly [string, number] => [
    `vendor-module-${index}-2.${index % 7}.${index % 3}`,
    Math.round((left * share) / whole),
  ]);
  return [...large, ...small].map(([name, kilobytes]) => ({
    name: `BOOT-INF/lib/${name}.jar`,
    data: makeLibrary(
      name,
      kilobytes * 1000,
      classBytes,
      name === ownModule.name ? `${name} ${rebuilt}` : name,
    ),
    method: 'stored',
  }));
}
