import { createECDH, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { WireReader, wireString } from './wire.ts';

const message = { disconnect: 1, debug: 4, kexInit: 20, kexReply: 31, ecdhInit: 30 } as const;

/** The curves to begin a key exchange with. Its secret is not needed, only that the host shows its certificate. */
const exchanges = new Map<string, () => Buffer>([
  ['curve25519-sha256', makeX25519],
  ['curve25519-sha256@libssh.org', makeX25519],
  ['ecdh-sha2-nistp256', () => createECDH('prime256v1').generateKeys()],
  ['ecdh-sha2-nistp384', () => createECDH('secp384r1').generateKeys()],
  ['ecdh-sha2-nistp521', () => createECDH('secp521r1').generateKeys()],
]);

function makeX25519(): Buffer {
  const { x = '' } = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' });
  return Buffer.from(x, 'base64url');
}

const certificateTypes = [
  'ssh-ed25519-cert-v01@openssh.com',
  'ecdsa-sha2-nistp256-cert-v01@openssh.com',
  'ecdsa-sha2-nistp384-cert-v01@openssh.com',
  'ecdsa-sha2-nistp521-cert-v01@openssh.com',
  'rsa-sha2-512-cert-v01@openssh.com',
  'rsa-sha2-256-cert-v01@openssh.com',
];

const mostBytes = 256 * 1024;

/**
 * Asks sshd at the other end of a fresh stream for its host certificate, and destroys the stream. ssh2 cannot agree on
 * certificates, but a certificate is public: it is read here from the beginning of a key exchange that goes no further.
 * That the host has the key which it is about is proved by the connection that trusts this key.
 * Gives its bytes; undefined when the host has none, or no exchange that is known. Throws when the link breaks.
 */
export async function askCertificate(stream: Duplex, signal: AbortSignal): Promise<Buffer | undefined> {
  const stop = () => stream.destroy(new Error('timed out while waiting for the host certificate'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await converse(stream);
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
  }
}

async function converse(stream: Duplex): Promise<Buffer | undefined> {
  const input = new Input(stream);
  stream.write('SSH-2.0-nginx_bluegreen\r\n');
  stream.write(packet(kexInit()));
  await input.greeting();
  const offered = await input.packet(message.kexInit);
  const reader = new WireReader(offered, 17);
  const theirExchanges = reader.names();
  const theirKeys = reader.names();
  const [, makePublicKey] = [...exchanges].find(([name]) => theirExchanges.includes(name)) ?? [];
  if (makePublicKey === undefined || !certificateTypes.some(type => theirKeys.includes(type)))
    return undefined;
  stream.write(packet(Buffer.concat([Buffer.of(message.ecdhInit), wireString(makePublicKey())])));
  const reply = await input.packet(message.kexReply);
  return new WireReader(reply, 1).string();
}

function kexInit(): Buffer {
  const any =
    'aes128-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com';
  const macs =
    'hmac-sha2-256,hmac-sha2-512,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha1';
  const lists = [
    [...exchanges.keys()].join(),
    certificateTypes.join(),
    any,
    any,
    macs,
    macs,
    'none',
    'none',
    '',
    '',
  ];
  const tail = Buffer.alloc(5);
  return Buffer.concat([Buffer.of(message.kexInit), randomBytes(16), ...lists.map(wireString), tail]);
}

/** A packet before there are keys (RFC 4253, section 6). */
function packet(payload: Buffer): Buffer {
  const padding = 8 + 7 - ((payload.length + 5 + 7) % 8);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(payload.length + padding + 1);
  head.writeUInt8(padding, 4);
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}

/** What the host says, in its own pieces. */
class Input {
  readonly #chunks: AsyncIterator<unknown>;
  #bytes = Buffer.alloc(0);

  constructor(stream: Duplex) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Passes over the lines up to the version, which may be preceded by others. */
  async greeting(): Promise<void> {
    for (;;) {
      const end = this.#bytes.indexOf('\n');
      if (end === -1) {
        await this.#more();
        continue;
      }
      const isVersion = this.#bytes.subarray(0, 4).toString('latin1') === 'SSH-';
      this.#bytes = this.#bytes.subarray(end + 1);
      if (isVersion) return;
    }
  }

  /** The payload of the next packet of this kind; what may come in between is passed over. */
  async packet(kind: number): Promise<Buffer> {
    for (;;) {
      while (this.#bytes.length < 5) await this.#more();
      const length = this.#bytes.readUInt32BE();
      if (length < 5 || length > mostBytes) throw new Error('what the host says is not SSH');
      while (this.#bytes.length < 4 + length) await this.#more();
      const padding = this.#bytes.readUInt8(4);
      const payload = Buffer.from(this.#bytes.subarray(5, 4 + length - padding));
      this.#bytes = this.#bytes.subarray(4 + length);
      if (payload[0] === kind) return payload;
      const isHarmless = payload[0] !== undefined && payload[0] <= message.debug;
      if (!isHarmless || payload[0] === message.disconnect)
        throw new Error('the host ended the key exchange');
    }
  }

  async #more(): Promise<void> {
    const { value } = await this.#chunks.next();
    if (!Buffer.isBuffer(value)) throw new Error('the host closed the connection');
    this.#bytes = Buffer.concat([this.#bytes, value]);
    if (this.#bytes.length > mostBytes) throw new Error('what the host says is not SSH');
  }
}
