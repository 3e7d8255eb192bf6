import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of an archive. A name ending in `/` is a folder. */
export interface ZipEntry {
  readonly name: string;
  readonly data: Buffer;
  readonly method: 'stored' | 'deflated';
  /** When it was last changed; undefined is the time that build tools give to entries of reproducible jars. */
  readonly time?: Date;
}

const reproducible = new Date('1980-02-01T00:00:00Z');

/**
 * Writes a zip archive in memory, the same bytes for the same entries.
 * Takes the entries in their final order, as many as there are (zip64 from 65,535 on); limited to 4 GiB.
 */
export function writeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name, 'utf8');
    const packed = entry.method === 'deflated' ? deflateRawSync(entry.data, { level: 6 }) : entry.data;
    const fields = describeEntry(entry, packed.length, name.length);
    const local = Buffer.concat([signature(0x04034b50), fields, name]);
    directory.push(centralRecord(fields, name, offset));
    parts.push(local, packed);
    offset += local.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const most = 0xffff;
  const zip64 = entries.length < most ? [] : [zip64Records(entries.length, central.length, offset)];
  const end = endRecord(Math.min(entries.length, most), central.length, offset);
  return Buffer.concat([...parts, central, ...zip64, end]);
}

/** The 26 bytes that a local header and a central record share. */
function describeEntry(entry: ZipEntry, packedLength: number, nameLength: number): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(entry.method === 'deflated' ? 20 : 10, 0);
  fields.writeUInt16LE(0x0800, 2);
  fields.writeUInt16LE(entry.method === 'deflated' ? 8 : 0, 4);
  fields.writeUInt32LE(dosTime(entry.time ?? reproducible), 6);
  fields.writeUInt32LE(crc32(entry.data), 10);
  fields.writeUInt32LE(packedLength, 14);
  fields.writeUInt32LE(entry.data.length, 18);
  fields.writeUInt16LE(nameLength, 22);
  return fields;
}

/** Date and time as a zip has them: in two seconds, from 1980 on. */
function dosTime(time: Date): number {
  const day = ((time.getUTCFullYear() - 1980) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();
  const clock = (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
  return day * 0x10000 + clock;
}

function centralRecord(fields: Buffer, name: Buffer, offset: number): Buffer {
  const madeBy = Buffer.from([20, 0]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([signature(0x02014b50), madeBy, fields, rest, name]);
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}

/** The end record with room for large numbers, and the one that says where it is. */
function zip64Records(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(52);
  record.writeBigUInt64LE(44n, 0);
  record.writeUInt16LE(45, 8);
  record.writeUInt16LE(45, 10);
  for (const [index, value] of [count, count, size, offset].entries())
    record.writeBigUInt64LE(BigInt(value), 20 + 8 * index);
  const locator = Buffer.alloc(16);
  locator.writeBigUInt64LE(BigInt(offset + size), 4);
  locator.writeUInt32LE(1, 12);
  return Buffer.concat([signature(0x06064b50), record, signature(0x07064b50), locator]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value, 0);
  return bytes;
}
