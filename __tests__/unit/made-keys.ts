import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key pair made by ssh-keygen. */
export interface MadeKey {
  readonly privateText: string;
  /** `type blob`. */
  readonly publicLine: string;
  /** `SHA256:…` as ssh-keygen -l tells it. */
  readonly fingerprint: string;
}

export interface KeyOptions {
  readonly passphrase?: string;
  readonly pem?: boolean;
}

const bits = { rsa: '2048', ecdsa: '256', ed25519: '' } as const;

/** Makes a fresh key pair with ssh-keygen. */
export function makeKey(type: keyof typeof bits, options: KeyOptions = {}): MadeKey {
  const folder = mkdtempSync(join(tmpdir(), 'made-key-'));
  try {
    const file = join(folder, 'key');
    const size = bits[type] === '' ? [] : ['-b', bits[type]];
    const form = options.pem === true ? ['-m', 'PEM'] : [];
    const words = ['-q', '-t', type, ...size, ...form, '-N', options.passphrase ?? '', '-C', '', '-f', file];
    execFileSync('ssh-keygen', words);
    const publicLine = readFileSync(`${file}.pub`, 'utf8').trim();
    const told = execFileSync('ssh-keygen', ['-l', '-f', `${file}.pub`], { encoding: 'utf8' });
    return {
      privateText: readFileSync(file, 'utf8'),
      publicLine,
      fingerprint: told.split(' ')[1] ?? '',
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
