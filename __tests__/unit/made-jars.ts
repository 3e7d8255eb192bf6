import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeZip, type ZipEntry } from '../../sandbox/app/zip.ts';

/** A jar that Java starts: says hello and ends. */
export function helloJar(folder: string): Buffer {
  writeFileSync(
    join(folder, 'Hello.java'),
    'class Hello { public static void main(String[] words) { System.out.print("hello"); } }',
  );
  execFileSync('javac', ['-d', folder, join(folder, 'Hello.java')]);
  return writeZip([
    stored('META-INF/MANIFEST.MF', 'Manifest-Version: 1.0\r\nMain-Class: Hello\r\n\r\n'),
    { name: 'Hello.class', data: readFileSync(join(folder, 'Hello.class')), method: 'deflated' },
  ]);
}

export const stored = (name: string, data: string | Buffer): ZipEntry => ({
  name,
  data: Buffer.from(data),
  method: 'stored',
});

/** The jar of a Spring Boot app with these libraries. */
export const bootJar = (...libraries: readonly ZipEntry[]): Buffer =>
  writeZip([
    stored(
      'META-INF/MANIFEST.MF',
      'Main-Class: org.springframework.boot.loader.launch.JarLauncher\r\nStart-Class: a.App\r\nSpring-Boot-Version: 3.3.5\r\n\r\n',
    ),
    ...libraries,
  ]);

const endBytes = 22;

/** The same with one number of its end record changed. */
export function withEnd(jar: Buffer, offset: number, change: (value: number) => number): Buffer {
  const changed = Buffer.from(jar);
  const at = jar.length - endBytes + offset;
  changed.writeUInt32LE(change(jar.readUInt32LE(at)), at);
  return changed;
}

/** The same with an entry's directory record (signature 0x02014b50) or local header (0x04034b50) changed. */
export function withHeader(
  jar: Buffer,
  signature: number,
  name: string,
  change: (header: Buffer) => void,
): Buffer {
  const changed = Buffer.from(jar);
  const nameAt = signature === 0x02014b50 ? 46 : 30;
  const wanted = Buffer.from(name);
  for (let at = 0; at < jar.length - nameAt - wanted.length; at++) {
    const isHeader = jar.readUInt32LE(at) === signature;
    if (isHeader && jar.subarray(at + nameAt, at + nameAt + wanted.length).equals(wanted))
      change(changed.subarray(at));
  }
  return changed;
}

/** The same behind a prefix, with offsets that count from the prefix's start. */
export function withPrefix(prefix: Buffer, jar: Buffer): Buffer {
  const directory = jar.readUInt32LE(jar.length - endBytes + 16);
  const moved = withEnd(jar, 16, offset => offset + prefix.length);
  for (let at = directory; moved.readUInt32LE(at) === 0x02014b50; ) {
    moved.writeUInt32LE(moved.readUInt32LE(at + 42) + prefix.length, at + 42);
    at += 46 + moved.readUInt16LE(at + 28) + moved.readUInt16LE(at + 30) + moved.readUInt16LE(at + 32);
  }
  return Buffer.concat([prefix, moved]);
}

/** The same with its numbers in a zip64 record, as of a jar with more than 65,535 entries. */
export function asZip64(jar: Buffer): Buffer {
  const at = jar.length - endBytes;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  for (const offset of [24, 32]) record.writeBigUInt64LE(BigInt(jar.readUInt16LE(at + 10)), offset);
  record.writeBigUInt64LE(BigInt(jar.readUInt32LE(at + 12)), 40);
  record.writeBigUInt64LE(BigInt(jar.readUInt32LE(at + 16)), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(at), 8);
  locator.writeUInt32LE(1, 16);
  const end = Buffer.from(jar.subarray(at));
  end.fill(0xff, 8, 20);
  return Buffer.concat([jar.subarray(0, at), record, locator, end]);
}
