import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertDeployed,
  assertRefused,
  assertRefusedUnderLoad,
  describeOnHost,
  type Inputs,
} from './target.ts';

await describeOnHost('before anything is touched', {}, target => {
  const refused =
    (inputs: Inputs = {}) =>
    () =>
      target().deploy('2', inputs);
  const tools = 'flock ss curl systemd-run';
  const hide = `cd /usr/bin; for tool in ${tools}; do mv $tool $tool.gone; done`;
  const show = `cd /usr/bin; for tool in ${tools}; do mv $tool.gone $tool; done`;
  const lacks = {
    stage: 'acquire',
    reason: 'host-unfit',
    outcome: 'refused',
    says: /lacks systemd-run, curl, flock, ss\..*apt-get install systemd curl util-linux iproute2/s,
  } as const;

  test('a fresh host without the tools is told all of them, and nothing is made on it', async () => {
    const { host, deploy } = target();
    await host.sh(hide);
    assertRefused(await deploy('1'), lacks);
    assert.equal(
      await host.sh('ls -d /opt/shop /etc/nginx/bluegreen /etc/systemd/system/bluegreen-* 2>/dev/null || :'),
      '',
    );
    await host.sh(show);
    assertDeployed(await deploy('1'), 'blue');
  });

  test('a host that has lost them keeps serving', async () => {
    const { host } = target();
    await host.sh(hide);
    await assertRefusedUnderLoad(target(), refused(), { ...lacks, serving: '1' });
    await host.sh(show);
  });

  test('when all is mended the next deploy works with no hand', async () => {
    assertDeployed(await target().deploy('2'), 'green');
  });
});
