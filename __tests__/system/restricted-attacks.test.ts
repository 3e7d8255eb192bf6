import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { attempt, setScene, tryOut, whatWasGained } from './attack-scene.ts';
import { attacksByFiles } from './attacks-by-files.ts';
import { attacksBySudo } from './attacks-by-sudo.ts';
import { attacksBySurroundings } from './attacks-by-surroundings.ts';
import { attacksByWords } from './attacks-by-words.ts';
import { makeDeployer, program } from './deployer.ts';
import { guards, putProgram } from './guards.ts';
import { assertDeployed, describeOnHost } from './target.ts';

await describeOnHost('with the deploy key nothing is gained by', {}, target => {
  let shop: ReturnType<typeof makeDeployer> | undefined;
  const deployer = (): ReturnType<typeof makeDeployer> => {
    assert.ok(shop);
    return shop;
  };

  before(async () => {
    shop = makeDeployer(target(), 'shop');
    const set = await shop.setUp();
    assert.equal(set.outputs.outcome, 'set-up', set.log);
    const other = await makeDeployer(target(), 'other').setUp({
      'server-name': 'other.example',
      'blue-port': '9081',
      'green-port': '9082',
    });
    assert.equal(other.outputs.outcome, 'set-up', other.log);
    assertDeployed(await target().deploy('1', shop.inputs), 'blue');
    await setScene(target().host);
  });

  for (const attack of [...attacksBySudo, ...attacksByWords, ...attacksBySurroundings, ...attacksByFiles])
    test(attack.name, async () => attempt(target().host, deployer(), attack));

  test("forwarding ports of the host that are not the app's, a terminal, or its keys to others", async () => {
    const alone = ['-o', 'ControlPath=none'];
    const open = (port: number) => deployer().run('', [...alone, '-W', `127.0.0.1:${port}`]);
    assert.match((await open(22)).text, /administratively prohibited|stdio forwarding failed/);
    assert.match((await open(9081)).text, /administratively prohibited|stdio forwarding failed/);
    const login = await deployer().run('echo "agent=$SSH_AUTH_SOCK x11=$DISPLAY"\n', [...alone, '-A', '-X']);
    assert.match(login.text, /agent= x11=$/m);
    assert.match((await deployer().run('', [...alone, '-tt'])).text, /PTY allocation request failed/);
  });

  for (const guard of guards)
    test(`but something is where a guard is taken out: ${guard.name}`, async () => {
      const { host } = target();
      assert.equal(await whatWasGained(host), '');
      await guard.takeOut(host);
      await tryOut(deployer(), guard.script);
      assert.match(await whatWasGained(host), guard.gains);
      await putProgram(host, program.text);
      await host.sh('rm -rf /tmp/gained/* /etc/cron.d/gained; sleep 1; touch /root/stamp; sleep 0.1');
    });
});
