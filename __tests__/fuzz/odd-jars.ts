import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { makeNoise } from '../../sandbox/app/libraries.ts';

/** One entry, written in one of the ways in which tools write them. */
export interface OddEntry {
  readonly name: string;
  /** Which bytes, and how many of them. */
  readonly seed: number;
  readonly bytes: number;
  readonly packed: 'stored' | 'deflated';
  /** Its CRC and sizes stand behind its data, as when it was written to a stream. */
  readonly descriptor: 'none' | 'plain' | 'unsigned';
  /** Its sizes stand in a zip64 field of the local header, as of a file whose size was not known before. */
  readonly isZip64: boolean;
  readonly comment: string;
}

/** A jar with such entries. */
export interface OddJar {
  readonly entries: readonly OddEntry[];
  /** Of all its entries, in the format of a zip. */
  readonly time: number;
  readonly comment: string;
  /** A script before the zip, such as of a fully executable jar, and what the zip's offsets count from. */
  readonly prefix: { readonly bytes: number; readonly isCounted: boolean } | undefined;
  /** Numbers of its directory stand in a zip64 record, unless a prefix that is not counted would move that. */
  readonly isZip64: boolean;
  readonly order: 'as written' | 'turned round';
}

const manifest: OddEntry = {
  name: 'META-INF/MANIFEST.MF',
  seed: 0,
  bytes: 0,
  packed: 'deflated',
  descriptor: 'none',
  isZip64: false,
  comment: '',
};

const sizes = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: 300 }), weight: 2 },
  { arbitrary: fc.integer({ min: 300, max: 9000 }), weight: 3 },
  { arbitrary: fc.integer({ min: 15_000, max: 60_000 }), weight: 5 },
);

const entry: fc.Arbitrary<OddEntry> = fc.record({
  name: fc.stringMatching(/^[a-z]{1,8}\/[A-Za-z]{1,20}\.(class|jar|txt)$/),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  bytes: sizes,
  packed: fc.constantFrom('stored', 'deflated'),
  descriptor: fc.constantFrom('none', 'none', 'plain', 'unsigned'),
  isZip64: fc.boolean(),
  comment: fc.constantFrom('', '', '', 'UNPACK:0a1b', 'a comment'),
});

const jar: fc.Arbitrary<OddJar> = fc.record({
  entries: fc.uniqueArray(entry, { minLength: 1, maxLength: 40, size: 'max', selector: ({ name }) => name }),
  time: fc.constantFrom(0x00510000, 0x5a770000),
  comment: fc.constantFrom('', '', 'built by hand'),
  prefix: fc.option(fc.record({ bytes: fc.integer({ min: 1, max: 20_000 }), isCounted: fc.boolean() }), {
    nil: undefined,
    freq: 2,
  }),
  isZip64: fc.boolean(),
  order: fc.constantFrom('as written', 'as written', 'turned round'),
});

/** What was done to a jar between two builds. */
type Change =
  | { readonly kind: 'add'; readonly at: number; readonly entry: OddEntry }
  | { readonly kind: 'remove' | 'change' | 'move' | 'pack'; readonly at: number };

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), at: fc.nat(), entry }),
  fc.record({ kind: fc.constantFrom('remove', 'change', 'move', 'pack'), at: fc.nat() }),
);

/** Two jars: the second is the first built again after some changes, or another one. */
export const jarPair: fc.Arbitrary<readonly [OddJar, OddJar]> = fc
  .tuple(jar, jar, fc.array(change, { maxLength: 8 }), fc.nat(3), fc.nat(9))
  .map(([one, other, changes, newTime, kin]) => [
    one,
    kin === 0
      ? other
      : {
          ...(kin < 4 ? other : one),
          entries: changes.reduce(changeEntries, one.entries),
          time: newTime === 0 ? other.time : one.time,
        },
  ]);

function changeEntries(entries: readonly OddEntry[], change: Change): readonly OddEntry[] {
  const at = change.at % (entries.length + 1);
  const one = entries[at];
  if (change.kind === 'add')
    return entries.some(({ name }) => name === change.entry.name)
      ? entries
      : entries.toSpliced(at, 0, change.entry);
  if (one === undefined) return entries;
  const others = entries.toSpliced(at, 1);
  switch (change.kind) {
    case 'remove':
      return others;
    case 'move':
      return others.toSpliced((at * 7) % (others.length + 1), 0, one);
    case 'change':
      return entries.with(at, { ...one, seed: one.seed + 1, bytes: one.bytes + (one.seed % 3) });
    case 'pack':
      return entries.with(at, { ...one, packed: one.packed === 'stored' ? 'deflated' : 'stored' });
  }
}

const u16 = (...values: readonly number[]): Buffer => numbers(values, 2);
const u32 = (...values: readonly number[]): Buffer => numbers(values, 4);
const u64 = (...values: readonly number[]): Buffer => numbers(values, 8);

function numbers(values: readonly number[], width: 2 | 4 | 8): Buffer {
  const bytes = Buffer.alloc(values.length * width);
  for (const [index, value] of values.entries()) {
    if (width === 8) bytes.writeBigUInt64LE(BigInt(value), index * 8);
    else bytes.writeUIntLE(value, index * width, width);
  }
  return bytes;
}

/** The jar's bytes; it has a manifest before its entries. */
export function writeOddJar({ entries, time, comment, prefix, isZip64, order }: OddJar): Buffer {
  const script = prefix
    ? Buffer.from('#!/bin/sh\n'.padEnd(prefix.bytes, ': skip\n')).subarray(0, prefix.bytes)
    : Buffer.alloc(0);
  const locals: Buffer[] = [];
  const records: Buffer[] = [];
  let at = prefix?.isCounted ? prefix.bytes : 0;
  for (const one of [manifest, ...entries]) {
    const { local, record } = writeEntry(one, time, at);
    locals.push(local);
    records.push(record);
    at += local.length;
  }
  const directory = Buffer.concat(order === 'as written' ? records : records.toReversed());
  const count = records.length;
  const zip64 = Buffer.concat([
    u32(0x06064b50),
    u64(44),
    u16(45, 45),
    u32(0, 0),
    u64(count, count, directory.length, at),
    u32(0x07064b50, 0),
    u64(at + directory.length),
    u32(1),
  ]);
  const end =
    isZip64 && prefix?.isCounted !== false
      ? [zip64, u32(0x06054b50), u16(0, 0, 0xffff, 0xffff), u32(0xffffffff, 0xffffffff)]
      : [u32(0x06054b50), u16(0, 0, count, count), u32(directory.length, at)];
  return Buffer.concat([script, ...locals, directory, ...end, u16(comment.length), Buffer.from(comment)]);
}

function writeEntry(one: OddEntry, time: number, at: number) {
  const content =
    one.name === manifest.name
      ? Buffer.from('Manifest-Version: 1.0\r\nMain-Class: a.App\r\n\r\n')
      : makeNoise(String(one.seed), Math.max(8, one.bytes));
  const data = one.packed === 'deflated' ? deflateRawSync(content) : content;
  const name = Buffer.from(one.name);
  const [crc, packed, size] = [crc32(content), data.length, content.length];
  const isLater = one.descriptor !== 'none';
  const extra = one.isZip64
    ? Buffer.concat([u16(1, 16), u64(isLater ? 0 : size, isLater ? 0 : packed)])
    : Buffer.alloc(0);
  const local = Buffer.concat([
    u32(0x04034b50),
    u16(45, isLater ? 0x0808 : 0x0800, one.packed === 'deflated' ? 8 : 0),
    u32(time),
    ...(isLater ? [u32(0, 0, 0)] : [u32(crc, ...(one.isZip64 ? [0xffffffff, 0xffffffff] : [packed, size]))]),
    u16(name.length, extra.length),
    name,
    extra,
    data,
    ...(isLater
      ? [
          one.descriptor === 'plain' ? u32(0x08074b50) : Buffer.alloc(0),
          u32(crc),
          one.isZip64 ? u64(packed, size) : u32(packed, size),
        ]
      : []),
  ]);
  const record = Buffer.concat([
    u32(0x02014b50),
    u16(45, 45, isLater ? 0x0808 : 0x0800, one.packed === 'deflated' ? 8 : 0),
    u32(time, crc, packed, size),
    u16(name.length, 0, one.comment.length, 0, 0),
    u32(0, at),
    name,
    Buffer.from(one.comment),
  ]);
  return { local, record };
}
