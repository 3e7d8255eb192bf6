import type { ReadInput } from './inputs.ts';

/**
 * Everything secret in the inputs, read before they are checked, so that it is masked before the first
 * line of log: the private key and the passphrase, whole and by line, and each value of env. Parts under
 * 4 characters, switches, small numbers and the colors are left out: masking them would hide half the log,
 * and the runner drops job outputs (`changed`, `live-port`) that contain a masked word.
 */
export function secretsIn(read: ReadInput): readonly string[] {
  const env = read('env').split(/\r\n|\n/);
  const values = env.map(line => line.slice(line.indexOf('=') + 1));
  const whole = [read('ssh-private-key'), read('ssh-passphrase'), ...values];
  const parts = whole.flatMap(secret => [secret, ...secret.split(/\r\n?|\n/)]).map(part => part.trim());
  return [
    ...new Set(
      parts.filter(part => part.length >= 4 && !/^(-----.*|true|false|blue|green|\d{1,5})$/i.test(part)),
    ),
  ].sort((a, b) => b.length - a.length);
}
