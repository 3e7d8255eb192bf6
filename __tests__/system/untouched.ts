import assert from 'node:assert/strict';
import type { SandboxHost } from '../../sandbox/host.ts';

/**
 * Where logging in and nginx's own log leave traces, and what lives in memory: the scratch folder in /run is looked
 * for apart.
 */
const besides = ['/proc', '/sys', '/dev', '/run', '/var/log', '/var/lib/systemd'];

/**
 * Everything on the host's disk: mode, owner, size, times of change of content and of the file itself, and its checksum
 * where something of the app could be.
 */
async function listing(host: SandboxHost): Promise<string> {
  const prune = besides.map(path => `-path ${path}`).join(' -o ');
  return await host.sh(`
    find / \\( ${prune} \\) -prune -o -printf '%p %M %u:%g %s %T@ %C@ %l\\n' | sort
    find /etc /opt /usr/local /var/lib /home /root -path /var/lib/systemd -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
    ls -A /run | grep '^nginx-bluegreen' || :
    find /run/nginx-bluegreen 2>/dev/null || :
    systemctl list-units --all --no-legend --plain 'bluegreen-*' nginx.service | sort`);
}

/** Asserts that the host is byte for byte as it was before `work`. */
export async function withoutTrace<T>(host: SandboxHost, work: () => Promise<T>): Promise<T> {
  const before = (await listing(host)).split('\n');
  assert.ok(before.length > 1000, 'the listing has the whole disk');
  const result = await work();
  const after = (await listing(host)).split('\n');
  const [was, is] = [new Set(before), new Set(after)];
  assert.deepEqual(
    { gone: before.filter(line => !is.has(line)), new: after.filter(line => !was.has(line)) },
    { gone: [], new: [] },
  );
  return result;
}
