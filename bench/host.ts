import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type HostOptions, type SandboxHost, startHost } from '../sandbox/host.ts';

/** Boots a host, hands it over, and removes it, also after an error. */
export async function withHost<Result>(
  options: HostOptions,
  use: (host: SandboxHost) => Promise<Result>,
): Promise<Result> {
  const host = await startHost(options);
  try {
    return await use(host);
  } finally {
    await host.remove();
  }
}

/** Brings a local file onto the host, readable for all. */
export async function copyTo(host: SandboxHost, file: string, target: string): Promise<void> {
  const options = ['-q', '-i', host.privateKeyFile, '-o', `UserKnownHostsFile=${host.knownHostsFile}`];
  await promisify(execFile)('scp', [...options, file, `${host.user}@${host.address}:/tmp/copied`]);
  await host.sh(`install -D -m 0644 /tmp/copied '${target}' && rm -f /tmp/copied`);
}

/** Waits, at most 30 s, until the URL answers 200 inside the host. */
export async function awaitAnswer(host: SandboxHost, url: string): Promise<void> {
  await host.sh(`tries=0
until [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 2 '${url}')" = 200 ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 300 ] || { echo 'no answer from ${url}' >&2; exit 1; }
  sleep 0.1
done`);
}
