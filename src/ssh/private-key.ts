import ssh2 from 'ssh2';

/** A private key that ssh2 can read, with its passphrase. */
export interface PrivateKey {
  readonly text: string;
  readonly passphrase: string | undefined;
}

/**
 * Reads the input `ssh-private-key`: OpenSSH or PEM text, any line ends, trailing newline or none.
 * Gives the key, or a problem as a sentence that never contains the key.
 */
export function parsePrivateKey(
  input: string,
  passphrase: string,
): PrivateKey | { readonly problem: string } {
  const text = `${input.replace(/\r\n?/g, '\n').trim()}\n`;
  const parsed = ssh2.utils.parseKey(text, passphrase === '' ? undefined : passphrase);
  if (parsed instanceof Error) return { problem: explain(parsed.message) };
  if (!parsed.isPrivateKey()) return { problem: 'is a public key; give the private one' };
  return { text, passphrase: passphrase === '' ? undefined : passphrase };
}

function explain(message: string): string {
  if (/no passphrase given/i.test(message)) return 'is encrypted; give its passphrase as ssh-passphrase';
  if (/bad passphrase|integrity check failed|bad decrypt/i.test(message))
    return 'cannot be opened with the given ssh-passphrase';
  return 'is no OpenSSH or PEM private key (it begins with -----BEGIN … PRIVATE KEY-----)';
}
