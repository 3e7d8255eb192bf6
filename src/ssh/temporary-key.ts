import ssh2 from 'ssh2';
import type { PrivateKey } from './private-key.ts';

/** A key pair that is in memory alone. */
export interface TemporaryKey {
  readonly key: PrivateKey;
  /** `type blob`. */
  readonly publicLine: string;
}

/** Makes a fresh ed25519 key pair. */
export function makeTemporaryKey(): TemporaryKey {
  for (;;) {
    const made = ssh2.utils.generateKeyPairSync('ed25519');
    // ssh2 leaves out the zeros that one public key in 256 begins with, and then cannot read the pair itself.
    if (ssh2.utils.parseKey(made.private) instanceof Error) continue;
    return { key: { text: made.private, passphrase: undefined }, publicLine: made.public.trim() };
  }
}
