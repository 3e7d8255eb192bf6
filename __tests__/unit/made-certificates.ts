import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MadeKey } from './made-keys.ts';

/** What a certificate says; what is left out is what a good one of a host has. */
export interface CertificateOptions {
  readonly isForUser?: boolean;
  readonly principals?: string;
  /** As of ssh-keygen -V. */
  readonly validity?: string;
  /** As of ssh-keygen -O. */
  readonly options?: readonly string[];
}

/** Has ssh-keygen certify a key by an authority; gives the certificate's bytes. */
export function certify(key: MadeKey, authority: MadeKey, options: CertificateOptions = {}): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'made-certificate-'));
  try {
    const [ca, subject] = [join(folder, 'ca'), join(folder, 'key')];
    writeFileSync(ca, authority.privateText, { mode: 0o600 });
    writeFileSync(`${subject}.pub`, `${key.publicLine}\n`);
    const { isForUser = false, principals = 'shop.example.com', validity = '-5m:+1h' } = options;
    const words = ['-q', '-s', ca, '-I', 'made', '-V', validity, ...(isForUser ? [] : ['-h'])];
    if (principals !== '') words.push('-n', principals);
    for (const option of options.options ?? []) words.push('-O', option);
    execFileSync('ssh-keygen', [...words, `${subject}.pub`], { stdio: 'pipe' });
    const [, base64 = ''] = readFileSync(`${subject}-cert.pub`, 'utf8').split(' ');
    return Buffer.from(base64, 'base64');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
