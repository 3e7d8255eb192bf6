import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertNoDriftLeft, assertNoticed, findingsOf, withoutLoss } from './hand.ts';
import { assertDeployed, assertRefusedUnderLoad, describeOnHost } from './target.ts';
import { versionAt } from './unconfirmed.ts';

const liveConf = '/etc/nginx/bluegreen/shop/live.conf';
const siteConf = '/etc/nginx/conf.d/bluegreen-shop.conf';
const unitFile = '/etc/systemd/system/bluegreen-shop@.service';

/** A reload resets idle kept connections on this nginx; that is another subject than whose files are in force. */
const fresh = { connections: 0, newPerSecond: 60 };

await describeOnHost('files of ours that other hands edited', {}, target => {
  test('each is named, replaced by the next deploy, and kept in a copy', async () => {
    const { deploy, host } = target();
    await deploy('1');
    const run = await withoutLoss(target(), ['1', '2'], fresh, async () => {
      await host.sh(`
        echo 'client_body_timeout 61s;' >>${liveConf}
        sed -i 's/keepalive 64;/keepalive 8;/' ${siteConf}
        sed -i 's/^RestartSec=.*/RestartSec=9s/' ${unitFile}
        echo '# by hand' >>/opt/shop/launch
        nginx -t -q && nginx -s reload; systemctl daemon-reload`);
      return await deploy('2');
    });
    assertDeployed(run, 'green');
    const files = [liveConf, siteConf, unitFile, '/opt/shop/launch'];
    const named = files.map(path => new RegExp(`${path} was edited by hand; the next new release replaces`));
    const kept = ['/opt/shop/launch', unitFile, liveConf, siteConf].map(
      path => new RegExp(`${path} was edited by hand; it was replaced, and what it said is in /var/lib/`),
    );
    assertNoticed(run, [...named, ...kept]);
    const copies = await host.sh('cd /var/lib/nginx-bluegreen/shop/replaced; grep -l . *; cat *');
    assert.match(copies, /^live\.conf\.\d{8}T\d{6}Z$/m);
    for (const edit of ['client_body_timeout 61s;', 'keepalive 8;', 'RestartSec=9s', '# by hand']) {
      assert.ok(copies.includes(edit), edit);
      assert.equal(await host.sh(`grep -F '${edit}' ${files.join(' ')} || true`), '');
    }
    await assertNoDriftLeft(target(), '2');
  });

  test('another setting, and back, is no edit', async () => {
    const other = await target().deploy('3', { 'proxy-timeout': '50s', 'app-args': '--a' });
    assertDeployed(other, 'blue');
    assertNoticed(other, []);
    const back = await target().deploy('3');
    assertDeployed(back, 'green');
    assertNoticed(back, []);
  });

  test('a unit file that was removed is written again', async () => {
    await target().host.sh(`rm ${unitFile} /opt/shop/launch; systemctl daemon-reload`);
    const run = await withoutLoss(target(), ['3', '4'], {}, () => target().deploy('4'));
    assertDeployed(run, 'blue');
    assertNoticed(run, [
      /bluegreen-shop@\.service was removed by hand; it was written again/,
      /\/opt\/shop\/launch was removed by hand; it was written again/,
    ]);
    await assertNoDriftLeft(target(), '4');
  });

  test('an edit that nginx refuses, and has not read, is put right under the running nginx', async () => {
    const { deploy, host } = target();
    for (const file of [liveConf, siteConf]) {
      const run = await withoutLoss(target(), ['4'], {}, async () => {
        await host.sh(`echo 'no such directive;' >>${file}; ! nginx -t -q 2>/dev/null`);
        return await deploy('4');
      });
      assert.equal(run.outputs.outcome, 'unchanged', run.log);
      assertNoticed(run, [new RegExp(`${file} was edited by hand; it was replaced`)]);
      await host.sh('nginx -t -q');
    }
    await assertNoDriftLeft(target(), '4');
  });

  test("what the owner adds to the unit is the owner's: told, and in force", async () => {
    const { deploy, host } = target();
    const folder = '/etc/systemd/system/bluegreen-shop@.service.d';
    await host.sh(
      `mkdir ${folder}; printf '[Service]\\nEnvironment=OWN=yes\\n' >${folder}/own.conf; systemctl daemon-reload`,
    );
    const told = [
      /bluegreen-shop@\.service\.d\/own\.conf adds to the unit of the app; it is not ours and stays in force/,
    ];
    const run = await withoutLoss(target(), ['4', '5'], {}, () => deploy('5'));
    assertDeployed(run, 'green');
    assertNoticed(run, told);
    assert.equal(await (await fetch(`${target().url}/env?name=OWN`)).text(), 'yes');
    assertNoticed(await deploy('5'), told);
    await host.sh(`rm -r ${folder}; systemctl daemon-reload`);
    await assertNoDriftLeft(target(), '5');
  });

  test('an edit that sends the traffic elsewhere is refused, with all that differs', async () => {
    const { deploy, host } = target();
    await host.sh(`cp ${siteConf} /root/site.conf
      sed -i 's|proxy_pass $service_url|proxy_pass http://127.0.0.1:8082|' ${siteConf}; echo '# by hand' >>/opt/shop/launch
      nginx -t -q && nginx -s reload; sleep 0.5`);
    const run = await assertRefusedUnderLoad(target(), () => deploy('6'), {
      stage: 'inspect',
      reason: 'front-door-mismatch',
      outcome: 'refused',
      says: /bluegreen-shop\.conf was edited by hand.*\/opt\/shop\/launch was edited by hand.*through '127\.0\.0\.1:8082'/,
      serving: '5',
    });
    assert.equal(findingsOf(run).length, 3);
    await host.sh(`cat /root/site.conf >${siteConf}; nginx -t -q && nginx -s reload; sleep 0.5`);
  });

  test('a masked unit is told with what to do', async () => {
    const { deploy, host } = target();
    await host.sh('systemctl mask --runtime bluegreen-shop@blue');
    await assertRefusedUnderLoad(target(), () => deploy('6'), {
      stage: 'inspect',
      reason: 'host-unfit',
      outcome: 'refused',
      says: /bluegreen-shop@blue was masked by hand.*systemctl unmask bluegreen-shop@blue/,
      serving: '5',
    });
    await host.sh('systemctl unmask --runtime bluegreen-shop@blue');
    assertDeployed(await deploy('6'), 'blue');
  });
});

await describeOnHost('nginx files that name another color than nginx has read', {}, target => {
  const byReload = { switch: 'reload' };

  test('live.conf edited to the other color and not read: it names the one that serves again', async () => {
    const { deploy, host } = target();
    await deploy('1', byReload);
    const run = await withoutLoss(target(), ['1'], {}, async () => {
      await host.sh(`sed -i 's|http://shop-blue|http://shop-green|' ${liveConf}`);
      return await deploy('1', byReload);
    });
    assert.equal(run.outputs.outcome, 'unchanged', run.log);
    assert.equal(run.outputs['live-color'], 'blue');
    assertNoticed(run, [
      /live\.conf was edited by hand; it was replaced/,
      /nginx's files named green, but the front door was served by \S+ \(blue\)/,
      /live\.conf was edited by hand; the next new release/,
    ]);
    await assertNoDriftLeft(target(), '1', byReload);
  });

  test('the same, and read: the backup serves, and nginx asks the live color first again', async () => {
    const { deploy, host } = target();
    const run = await withoutLoss(target(), ['1', '2'], fresh, async () => {
      await host.sh(
        `sed -i 's|http://shop-blue|http://shop-green|' ${liveConf}; nginx -t -q && nginx -s reload; sleep 0.5`,
      );
      return await deploy('2', byReload);
    });
    assertDeployed(run, 'green');
    assert.equal(await versionAt(target()), '2');
    await assertNoDriftLeft(target(), '2', byReload);
  });
});
