import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assembleProgram } from '../../src/host/program.ts';
import { activeColors, assertDeployed, assertNothingLeft, describeOnHost, type Target } from './target.ts';
import { killedAt, stateOf, versionAt } from './unconfirmed.ts';

await describeOnHost('power cut', { disk: '1g', fileSystem: 'ext4' }, target => {
  test('right after a deploy: the new release serves after boot, and the next deploy works with no hand', async () => {
    assertDeployed(await target().deploy('1'), 'blue');
    assertDeployed(await target().deploy('2'), 'green');
    await assertLasts(target(), '2', 'green');
    assertDeployed(await target().deploy('3'), 'blue');
    await assertNothingLeft(target().host);
  });

  test('during a bake that nobody confirmed: the release before it serves after boot', async () => {
    await target().deploy('4', { 'bake-time': '5m' }, killedAt('switch took'));
    assert.equal(await versionAt(target()), '4');
    assert.equal(await stateOf(target()), 'baking');
    await assertLasts(target(), '3', 'blue');
    assert.equal(await stateOf(target()), 'restored');
    // What a cut leaves where a log had grown after its last block was written out, some 30 s before.
    await target().host.sh("printf '\\0\\0\\0' >>/var/log/nginx/bluegreen-shop.log");
    assertDeployed(await target().deploy('5'), 'green');
    await assertNothingLeft(target().host);
  });

  test('it is the fsync that makes it last: with a host program that leaves it out, a deploy is lost', async () => {
    await installWithoutSync(target());
    assertDeployed(await target().deploy('6'), 'blue');
    assert.equal(await versionAt(target()), '6');
    await assert.rejects(assertLasts(target(), '6', 'blue'), {
      name: 'AssertionError',
      actual: '5',
      expected: '6',
    });
  });
});

/** Asserts that after a power cut this version serves, and from this color alone. */
async function assertLasts(target: Target, version: string, color: 'blue' | 'green'): Promise<void> {
  await target.host.reboot('cut');
  assert.equal(await firstVersion(target), version);
  assert.equal(await activeColors(target.host), color);
}

/** The version that answers within half a minute after a boot; empty when none does. */
async function firstVersion(target: Target): Promise<string> {
  for (let tries = 0; tries < 150; tries++) {
    const version = await versionAt(target).catch(() => '');
    if (version !== '') return version;
    await sleep(200);
  }
  return '';
}

/** Puts a host program in place that says it synced and did not; the action runs what is there under its name. */
async function installWithoutSync({ host }: Target): Promise<void> {
  const { path, text } = assembleProgram();
  const careless = text.replaceAll(/(?<=^ *|&& |\|\| |-exec )sync(?= ["/{])/gm, 'true');
  assert.notEqual(careless, text);
  assert.doesNotMatch(careless, /^[^#\n]*\bsync ["/{]/m);
  await host.sh(`cat >${path} <<'PROGRAM'\n${careless}\nPROGRAM\nsync ${path}`);
}
