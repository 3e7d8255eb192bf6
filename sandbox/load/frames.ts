import { randomBytes } from 'node:crypto';

export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** One frame of a WebSocket, as a server sends it. */
export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Writes a client's frame, of 65,535 bytes at most: whole and masked. */
export function writeFrame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const isShort = payload.length < 126;
  const head = Buffer.alloc(isShort ? 2 : 4);
  head.writeUInt8(0x80 | opcode, 0);
  head.writeUInt8(0x80 | (isShort ? payload.length : 126), 1);
  if (!isShort) head.writeUInt16BE(payload.length, 2);
  const masked = payload.map((byte, index) => byte ^ mask.readUInt8(index % 4));
  return Buffer.concat([head, mask, masked]);
}

/** Reads a server's frames from bytes that come bit by bit. */
export class FrameReader {
  #bytes: Buffer = Buffer.alloc(0);

  /** Takes what arrived; gives the frames that are whole. Throws on what no answer to a short text can be. */
  read(bytes: Buffer): readonly Frame[] {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    const frames: Frame[] = [];
    for (let frame = this.#readOne(); frame !== undefined; frame = this.#readOne()) frames.push(frame);
    return frames;
  }

  #readOne(): Frame | undefined {
    const bytes = this.#bytes;
    if (bytes.length < 2) return undefined;
    const first = bytes.readUInt8(0);
    const second = bytes.readUInt8(1);
    if ((first & 0xf0) !== 0x80) throw new Error('a frame in parts, or with unknown bits');
    if (second > 126) throw new Error('a masked or very long frame');
    const start = second === 126 ? 4 : 2;
    if (bytes.length < start) return undefined;
    const end = start + (second === 126 ? bytes.readUInt16BE(2) : second);
    if (bytes.length < end) return undefined;
    this.#bytes = bytes.subarray(end);
    return { opcode: first & 0x0f, payload: bytes.subarray(start, end) };
  }
}
