import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { buildJar } from '../../sandbox/app/build.ts';
import { openDistance } from '../../sandbox/distance.ts';
import { resetConnections } from '../../sandbox/link.ts';
import type { ActionRun } from '../../sandbox/runner.ts';
import { bareHostKeys, startSshd } from '../../sandbox/sshd.ts';
import { assertDeployed, assertNothingLeft, describeOnHost, type Inputs } from './target.ts';

await describeOnHost('a jar sent to a host that is far away', {}, target => {
  before(async () => assertDeployed(await target().deploy('1'), 'blue'));

  /** Without these lists a host is sent all of a jar, whatever it has of it. */
  const forgetPieces = () => target().host.sh('rm -f /opt/shop/releases/*/pieces');
  const far = (port: number, more: Inputs): Inputs => ({
    host: '127.0.0.1',
    'ssh-port': String(port),
    'ssh-host-key': bareHostKeys(target().host),
    'drain-timeout': '1s',
    ...more,
  });

  test('goes over two channels, and after a link that broke in the middle goes on from what had come', async () => {
    const { deploy, host } = target();
    const jar = await buildJar({ version: 'far', megabytes: 24 });
    await forgetPieces();
    const distance = await openDistance({
      address: host.address,
      port: 22,
      delayMs: 90,
      bytesPerSecond: 6_000_000,
    });
    const come = `find /opt/shop/releases -path '*.part/coming/came.*' -size +0 -exec cat {} + | awk '{ all += $2 - $1 } END { exit all < 8e6 }'`;
    const run = await deploy('far', far(distance.port, { jar }), {
      onStart: async () => {
        await host.sh(`until ${come}; do sleep 0.05; done`);
        await resetConnections(host);
      },
    });
    assertDeployed(run, 'green');
    assert.match(run.log, /upload did not happen: calling it again/);
    const [, there = '0'] = /(\d+\.\d) MiB of \d+\.\d MiB are there and not sent again/.exec(run.log) ?? [];
    assert.ok(Number(there) >= 7.6, run.log);
    const { bytes, channels } = transferOf(run);
    assert.equal(channels, 2);
    const all = Number(run.outputs['uploaded-bytes']);
    assert.ok(
      Math.abs(bytes + Number(there) * 2 ** 20 - all) <= 1e5,
      'nothing is sent twice that is known to be there',
    );
    assert.ok(distance.sent < 1.4 * all, `${distance.sent} bytes went for ${all}`);
    await distance.close();
    await assertNothingLeft(host);
  });

  test('goes over one channel where sshd opens no more', async () => {
    const { deploy, host } = target();
    await forgetPieces();
    await startSshd(host, 2201, ['MaxSessions 1']);
    const jar = await buildJar({ version: 'far-2', megabytes: 8 });
    const distance = await openDistance({ address: host.address, port: 2201, delayMs: 90 });
    const run = await deploy('far-2', far(distance.port, { jar }));
    assertDeployed(run, 'blue');
    assert.equal(transferOf(run).channels, 1);
    await distance.close();
    await assertNothingLeft(host);
  });
});

function transferOf(run: ActionRun): { readonly bytes: number; readonly channels: number } {
  const result: {
    readonly hosts: readonly { readonly transfer: { readonly bytes: number; readonly channels: number } }[];
  } = JSON.parse(run.outputs.result ?? '');
  const [host] = result.hosts;
  assert.ok(host);
  return host.transfer;
}
