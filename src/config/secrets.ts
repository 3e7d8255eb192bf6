import type { ReadInput } from './inputs.ts';

/**
 * Everything secret in the inputs, read before they are checked, so that it is masked before the first
 * line of log: the private key and the passphrase, whole and by line, and each value of env. Parts under
 * 4 characters are left out: masking them would hide half the log.
 */
export function secretsIn(read: ReadInput): readonly string[] {
  const env = read('env').split(/\r\n|\n/);
  const values = env.map(line => line.slice(line.indexOf('=') + 1));
  const whole = [read('ssh-private-key'), read('ssh-passphrase'), ...values];
  const parts = whole.flatMap(secret => [secret, ...secret.split(/\r\n?|\n/)]).map(part => part.trim());
  return [...new Set(parts.filter(part => part.length >= 4 && !part.startsWith('-----')))].sort(
    (a, b) => b.length - a.length,
  );
}
