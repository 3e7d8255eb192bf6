import type { ReadInput } from './inputs.ts';

/**
 * Everything secret in the inputs, read before they are checked, so that it is masked before the first
 * line of log: the private key and the passphrase, whole and by line, the token, and each value of env, with the passwords in
 * its URLs and its JSON, which an app may print alone. Parts under 4 characters, and of env switches, small numbers and
 * the colors are left out: masking them would hide half the log, and the runner drops job outputs (`changed`,
 * `live-port`) that contain a masked word.
 */
export function secretsIn(read: ReadInput): readonly string[] {
  const values = read('env')
    .split(/\r\n|\n/)
    .map(line => line.slice(line.indexOf('=') + 1))
    .filter(value => !isPlain(value.trim()));
  const passwords = values.flatMap(passwordsIn).filter(password => !isPlain(password));
  const parts = [
    read('ssh-private-key'),
    read('ssh-passphrase'),
    read('ssh-jump-private-key'),
    read('ssh-jump-passphrase'),
    read('github-token'),
    ...values,
    ...passwords,
  ]
    .flatMap(secret => [secret, ...secret.split(/\r\n?|\n/)])
    .map(part => part.trim());
  const isKeyFrame = (part: string): boolean => part.startsWith('-----') && !part.includes('\n');
  const masked = parts.filter(part => part.length >= 4 && !isKeyFrame(part));
  return [...new Set(masked)].sort((a, b) => b.length - a.length);
}

const isPlain = (value: string): boolean => /^(true|false|blue|green|\d{1,5})$/i.test(value);

/** `scheme://user:password@host`, `?password=…`, `"password": "…"`, and others of such names. */
const places = [
  /:\/\/[^/\s:@]*:([^\s@]+)@/g,
  /[?&;][\w.-]*(?:password|passwd|pwd|secret|token|key)=([^&;\s]+)/gi,
  /"[\w.-]*(?:password|passwd|pwd|secret|token|key)"\s*:\s*"((?:[^"\\]|\\.)+)"/gi,
];

const passwordsIn = (value: string): readonly string[] =>
  places.flatMap(place => [...value.matchAll(place)].map(([, password = '']) => password));
