import { createHmac, timingSafeEqual } from 'node:crypto';

/** Host names of a known_hosts line: plain patterns, or one hashed name (`ssh-keygen -H`). */
export type NamePattern =
  | { readonly kind: 'plain'; readonly patterns: readonly string[] }
  | { readonly kind: 'hashed'; readonly salt: Buffer; readonly hash: Buffer };

/** A host as known_hosts lines and certificates name it. */
export interface NamedHost {
  /** All its names: address, DNS names, instance id. */
  readonly names: readonly string[];
  readonly port: number;
}

/** Reads the names of a known_hosts line. */
export function parseNames(names: string): NamePattern {
  const [, salt, hash] = /^\|1\|([A-Za-z0-9+/=]+)\|([A-Za-z0-9+/=]+)$/.exec(names) ?? [];
  return salt === undefined || hash === undefined
    ? { kind: 'plain', patterns: names.toLowerCase().split(',') }
    : { kind: 'hashed', salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

/** Whether a known_hosts line with these names speaks of the host; a line without names speaks of every host. */
export function speaksOf(pattern: NamePattern | undefined, { names, port }: NamedHost): boolean {
  if (pattern === undefined) return true;
  const spelled = names.map(name => (port === 22 ? name.toLowerCase() : `[${name.toLowerCase()}]:${port}`));
  if (pattern.kind === 'hashed') {
    return spelled.some(name => {
      const digest = createHmac('sha1', pattern.salt).update(name).digest();
      return digest.length === pattern.hash.length && timingSafeEqual(digest, pattern.hash);
    });
  }
  const matches = (glob: string) => spelled.some(name => isMatch(glob, name));
  return (
    pattern.patterns.some(glob => !glob.startsWith('!') && matches(glob)) &&
    !pattern.patterns.some(glob => glob.startsWith('!') && matches(glob.slice(1)))
  );
}

/** Whether a name fits a pattern of `*` and `?`. */
export const isMatch = (glob: string, name: string): boolean =>
  new RegExp(
    `^${glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(name);
