import { fingerprint, type HostKeyRule, isAbout } from './host-key.ts';
import { type NamedHost, speaksOf } from './host-names.ts';

export type HostKeyVerdict =
  | { readonly kind: 'trusted' }
  | { readonly kind: 'unknown'; readonly shown: string }
  | { readonly kind: 'mismatch'; readonly shown: string; readonly expected: readonly string[] };

/** Judges the key that a host shows. A revoked key is a mismatch whatever else is said of it. */
export function judgeHostKey(shown: Buffer, host: NamedHost, rules: readonly HostKeyRule[]): HostKeyVerdict {
  const print = fingerprint(shown);
  const known: string[] = [];
  let trusted = false;
  for (const rule of rules) {
    if (rule.kind === 'fingerprint') {
      known.push(`SHA256:${rule.sha256}`);
      trusted ||= print === `SHA256:${rule.sha256}`;
    } else if (rule.kind === 'key' && rule.use !== 'authority' && speaksOf(rule.names, host)) {
      const same = isAbout(rule, shown);
      if (rule.use === 'revoked' && same)
        return { kind: 'mismatch', shown: `${print} (revoked)`, expected: known };
      if (rule.use === 'revoked') continue;
      known.push(fingerprint(Buffer.from(rule.blob, 'base64')));
      trusted ||= same;
    }
  }
  if (trusted) return { kind: 'trusted' };
  return known.length === 0
    ? { kind: 'unknown', shown: print }
    : { kind: 'mismatch', shown: print, expected: known };
}
