import { createPublicKey, verify } from 'node:crypto';
import ssh2 from 'ssh2';
import { fingerprint, type HostKeyRule, isAbout, typeOfKey } from './host-key.ts';
import { isMatch, type NamedHost, speaksOf } from './host-names.ts';
import { WireReader, wireString } from './wire.ts';

/** A certificate of OpenSSH (PROTOCOL.certkeys): a key, whose it is, how long, and who says so. */
export interface Certificate {
  /** The public key that it is about, as a plain key blob. */
  readonly key: Buffer;
  readonly isForHost: boolean;
  readonly keyId: string;
  readonly principals: readonly string[];
  /** Seconds since 1970. */
  readonly validFrom: bigint;
  readonly validUntil: bigint;
  readonly criticalOptions: readonly string[];
  readonly authority: Buffer;
  readonly signature: Buffer;
  /** What the signature is over. */
  readonly signed: Buffer;
}

/** How many fields the key itself has, after the nonce. */
const keyFields = new Map([
  ['ssh-ed25519', 1],
  ['ecdsa-sha2-nistp256', 2],
  ['ecdsa-sha2-nistp384', 2],
  ['ecdsa-sha2-nistp521', 2],
  ['ssh-rsa', 2],
]);

const forHosts = 2;

/** Reads a certificate; undefined for what is none, or one of a kind that is not known. */
export function parseCertificate(blob: Buffer): Certificate | undefined {
  try {
    const reader = new WireReader(blob);
    const [, type = ''] = /^(.+)-cert-v01@openssh\.com$/.exec(reader.text()) ?? [];
    const fields = keyFields.get(type);
    if (fields === undefined) return undefined;
    reader.string(); // the nonce
    const parts = Array.from({ length: fields }, () => wireString(reader.string()));
    reader.uint64(); // the serial number
    const certificate = {
      key: Buffer.concat([wireString(type), ...parts]),
      isForHost: reader.uint32() === forHosts,
      keyId: reader.text(),
      principals: reader.texts(),
      validFrom: reader.uint64(),
      validUntil: reader.uint64(),
      criticalOptions: reader.texts(),
    };
    reader.string(); // extensions, which may be passed over
    reader.string(); // reserved
    const authority = reader.string();
    const signed = blob.subarray(0, reader.position);
    const signature = reader.string();
    return reader.isAtEnd ? { ...certificate, authority, signed, signature } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a rule names an authority that may certify this host. */
export const hasAuthority = (rules: readonly HostKeyRule[], host: NamedHost): boolean =>
  rules.some(rule => rule.kind === 'key' && rule.use === 'authority' && speaksOf(rule.names, host));

/**
 * Why a certificate does not prove that its key is the host's, as the end of a sentence that begins with the
 * certificate; undefined when it does. `nowMs` is since 1970.
 */
export function whyNotCertified(
  certificate: Certificate,
  host: NamedHost,
  rules: readonly HostKeyRule[],
  nowMs: number,
): string | undefined {
  const { authority, principals, criticalOptions, validFrom, validUntil } = certificate;
  const about = rules.filter(rule => rule.kind === 'key').filter(rule => speaksOf(rule.names, host));
  const isRevoked = about.some(rule => rule.use === 'revoked' && isAbout(rule, authority));
  if (isRevoked) return `is signed by ${fingerprint(authority)}, which is revoked`;
  const authorities = about.filter(rule => rule.use === 'authority');
  if (!authorities.some(rule => isAbout(rule, authority))) {
    const named = authorities.map(({ blob }) => fingerprint(Buffer.from(blob, 'base64')));
    return `is signed by ${fingerprint(authority)}, not by ${named.join(' or ')}`;
  }
  if (!isSignedByAuthority(certificate)) return 'has a signature that is not its authority’s';
  if (!certificate.isForHost) return 'is for users, not for hosts';
  if (criticalOptions.length > 0) {
    const options = criticalOptions.filter((_, index) => index % 2 === 0).map(clean);
    return `has critical options, and hosts have none that are known: ${options.join(', ')}`;
  }
  const now = BigInt(Math.floor(nowMs / 1000));
  if (now < validFrom) return `is valid from ${dateOf(validFrom)} only`;
  if (now >= validUntil) return `was valid until ${dateOf(validUntil)}`;
  const names = host.names.map(name => name.toLowerCase());
  if (principals.some(glob => names.some(name => isMatch(glob.toLowerCase(), name)))) return undefined;
  return `names ${principals.map(clean).join(', ') || 'no host'}, and not ${host.names.join(', ')}`;
}

const dateOf = (seconds: bigint): string => new Date(Number(seconds) * 1000).toISOString();

const clean = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');

/** The hash of a signature, by its algorithm; SHA-1 (`ssh-rsa`) does not count. */
const hashes = new Map<string, string | null>([
  ['ssh-ed25519', null],
  ['rsa-sha2-256', 'sha256'],
  ['rsa-sha2-512', 'sha512'],
  ['ecdsa-sha2-nistp256', 'sha256'],
  ['ecdsa-sha2-nistp384', 'sha384'],
  ['ecdsa-sha2-nistp521', 'sha512'],
]);

const bytesOfCurve = new Map([
  ['ecdsa-sha2-nistp256', 32],
  ['ecdsa-sha2-nistp384', 48],
  ['ecdsa-sha2-nistp521', 66],
]);

function isSignedByAuthority({ authority, signature, signed }: Certificate): boolean {
  const type = typeOfKey(authority);
  const parsed = ssh2.utils.parseKey(`${type} ${authority.toString('base64')}`);
  if (parsed instanceof Error) return false;
  try {
    const reader = new WireReader(signature);
    const algorithm = reader.text();
    const bytes = reader.string();
    const hash = hashes.get(algorithm);
    if (hash === undefined || algorithm.replace(/^rsa-sha2-.*/, 'ssh-rsa') !== type) return false;
    const key = createPublicKey(parsed.getPublicPEM());
    const width = bytesOfCurve.get(algorithm);
    return width === undefined
      ? verify(hash, signed, key, bytes)
      : verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, pointOf(bytes, width));
  } catch {
    return false;
  }
}

/** The two numbers of an ECDSA signature in a fixed width each. */
function pointOf(bytes: Buffer, width: number): Buffer {
  const reader = new WireReader(bytes);
  const point = Buffer.alloc(2 * width);
  for (const end of [width, 2 * width]) {
    const number = reader.string();
    const digits = number[0] === 0 ? number.subarray(1) : number;
    if (digits.length > width) throw new RangeError('the number is too long');
    digits.copy(point, end - digits.length);
  }
  return point;
}
