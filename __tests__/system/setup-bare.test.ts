import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSetUp, stepsOf } from './set-up.ts';
import { assertDeployed, assertRefused, describeOnHost } from './target.ts';

await describeOnHost('a host with neither nginx nor Java nor curl', { kind: 'bare' }, target => {
  const setUp = () => target().deploy('1', { command: 'setup' });

  test('a deploy names what is missing, and the command that installs it', async () => {
    assertRefused(await target().deploy('1'), {
      stage: 'acquire',
      reason: 'host-unfit',
      outcome: 'refused',
      says: /lacks curl, nginx\..*apt-get install curl nginx, or .* command: setup/s,
    });
  });

  test("another program on the site's port is named before anything is installed", async () => {
    const { host } = target();
    await host.sh(`cat >/root/other.pl <<'PERL'
use IO::Socket;
my $s = IO::Socket::INET->new(Listen => 5, LocalPort => 80) or die;
sleep 600;
PERL
      systemd-run -q --unit=other /usr/bin/perl /root/other.pl
      until ss -Hltn 'sport = :80' | grep -q .; do sleep 0.05; done`);
    assertRefused(await setUp(), {
      stage: 'inspect',
      reason: 'front-door-mismatch',
      outcome: 'refused',
      says: /port 80 is held by process \d+ \(\/usr\/bin\/perl/,
    });
    assert.equal((await host.run('command -v nginx')).code, 127);
    await host.sh('systemctl stop other');
  });

  test('a package manager that fails is told with its last words', async () => {
    const { host } = target();
    await host.sh('mv /srv/packages/nginx_*.deb /srv/');
    const run = await setUp();
    assertRefused(run, {
      stage: 'setup',
      reason: 'package-failed',
      outcome: 'failed',
      says: /'apt-get install curl logrotate nginx openjdk-17-jre-headless' ended with status 100: E: /,
    });
    assert.match(run.summary, /Unable to fetch some archives|Failed to fetch/);
    assert.match(stepsOf(run).get('site')?.will ?? '', /^write /, 'what was not done is in the report');
    await host.sh('mv /srv/nginx_*.deb /srv/packages/');
  });

  test('from nothing to the first deploy', async () => {
    const { deploy, url } = target();
    const run = await setUp();
    assertSetUp(run, ['packages', 'user', 'unit', 'site']);
    assert.match(
      stepsOf(run).get('packages')?.did ?? '',
      /^installed curl logrotate nginx openjdk-17-jre-headless: nginx 1\.22\.1, Java 17$/,
    );
    assert.equal((await fetch(url)).status, 503);
    assertDeployed(await deploy('1'), 'blue');
    assert.equal(await (await fetch(`${url}/version`)).text(), '1');
    assertSetUp(await setUp(), []);
  });
});
