import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate and its key, made for this run. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** The certificate's file, for NODE_EXTRA_CA_CERTS. */
  readonly file: string;
  remove(): Promise<void>;
}

/** Makes a certificate for these names that signs itself. */
export async function makeCertificate(names: readonly string[]): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'bluegreen-certificate-'));
  const file = join(folder, 'cert.pem');
  const keyFile = join(folder, 'key.pem');
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost';
  await promisify(execFile)('openssl', [
    ...words.split(' '),
    '-addext',
    `subjectAltName=${names.map(name => `DNS:${name}`).join(',')}`,
    '-keyout',
    keyFile,
    '-out',
    file,
  ]);
  return {
    cert: await readFile(file, 'utf8'),
    key: await readFile(keyFile, 'utf8'),
    file,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
