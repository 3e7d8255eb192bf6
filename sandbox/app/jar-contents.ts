import type { CompiledClass } from './compile.ts';
import { makeLibraries } from './libraries.ts';
import type { ZipEntry } from './zip.ts';

/** What sort of jar to make. `newer-java`: the app's classes (not the launcher's) ask for Java 25. */
export type JarKind = 'good' | 'not-a-zip' | 'no-main-class' | 'newer-java';

/** What a jar has other than the sample app's usual one, so that two of them differ. */
export interface JarChanges {
  /** Libraries as `artifact-version`: in place of the same artifact's, or added at the end. */
  readonly libraries?: readonly string[];
  /** Artifacts that are left out. */
  readonly without?: readonly string[];
  /** Files among the app's classes by their paths, such as `acme/More.class`; they need not be real ones. */
  readonly files?: Readonly<Record<string, string>>;
}

const JAVA_25 = 69;

/** Lists the entries of a Spring Boot style executable jar, in the order its build plugin writes them. */
export function listJarEntries(
  classes: readonly CompiledClass[],
  version: string,
  megabytes: number,
  kind: JarKind,
  changes: JarChanges = {},
): readonly ZipEntry[] {
  const files = Object.entries(changes.files ?? {}).map(([path, content]) =>
    text(`BOOT-INF/classes/${path}`, content),
  );
  return layOutJar(classes, version, kind, files, makeLibraries(megabytes * 1_000_000, changes));
}

/** The same with files among the app's classes and nested libraries of the caller's own. */
export function layOutJar(
  classes: readonly CompiledClass[],
  version: string,
  kind: JarKind,
  more: readonly ZipEntry[],
  libraries: readonly ZipEntry[],
): readonly ZipEntry[] {
  const launcher = classes.filter(({ path }) => path.startsWith('bluegreen/launch/'));
  const app = classes.filter(({ path }) => path.startsWith('bluegreen/sample/'));
  const files: readonly ZipEntry[] = [
    text('META-INF/MANIFEST.MF', writeManifest(version, kind)),
    ...launcher.map(({ path, bytes }) => deflated(path, bytes)),
    ...app.map(({ path, bytes }) =>
      deflated(`BOOT-INF/classes/${path}`, kind === 'newer-java' ? withMajorVersion(bytes, JAVA_25) : bytes),
    ),
    text('BOOT-INF/classes/META-INF/build-info.properties', writeBuildInfo(version)),
    text(
      'BOOT-INF/classes/application.properties',
      'spring.application.name=sample\nserver.shutdown=graceful\n',
    ),
    ...more,
    ...libraries,
    text('BOOT-INF/classpath.idx', libraries.map(({ name }) => `- "${name}"\n`).join('')),
  ];
  return withFolders(files);
}

function writeManifest(version: string, kind: JarKind): string {
  const start =
    kind === 'no-main-class'
      ? []
      : ['Main-Class: bluegreen.launch.JarLauncher', 'Start-Class: bluegreen.sample.SampleApp'];
  return [
    'Manifest-Version: 1.0',
    'Created-By: sample',
    'Build-Jdk-Spec: 17',
    'Implementation-Title: sample',
    `Implementation-Version: ${version}`,
    ...start,
    'Spring-Boot-Version: 3.3.5',
    'Spring-Boot-Classes: BOOT-INF/classes/',
    'Spring-Boot-Lib: BOOT-INF/lib/',
    'Spring-Boot-Classpath-Index: BOOT-INF/classpath.idx',
    '\r\n',
  ].join('\r\n');
}

function writeBuildInfo(version: string): string {
  return `build.artifact=sample\nbuild.group=bluegreen\nbuild.name=sample\nbuild.version=${version}\n`;
}

function withMajorVersion(classFile: Buffer, major: number): Buffer {
  const patched = Buffer.from(classFile);
  patched.writeUInt16BE(major, 6);
  return patched;
}

function withFolders(files: readonly ZipEntry[]): readonly ZipEntry[] {
  const known = new Set<string>();
  return files.flatMap(file => {
    const steps = file.name.split('/').slice(0, -1);
    const folders = steps.map((_, index) => `${steps.slice(0, index + 1).join('/')}/`);
    const fresh = folders.filter(folder => !known.has(folder));
    for (const folder of fresh) known.add(folder);
    return [...fresh.map((name): ZipEntry => ({ name, data: Buffer.alloc(0), method: 'stored' })), file];
  });
}

function deflated(name: string, data: Buffer): ZipEntry {
  return { name, data, method: 'deflated' };
}

function text(name: string, content: string): ZipEntry {
  return deflated(name, Buffer.from(content));
}
