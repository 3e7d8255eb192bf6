import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { moveClock } from '../../sandbox/faults/clock.ts';
import { assertDeployed, assertRefusedUnderLoad, describeOnHost, type Inputs } from './target.ts';

const ports = { 'blue-management-port': '9001', 'green-management-port': '9002' };

await describeOnHost('before anything is touched: Java, ports, sudo, clock', {}, target => {
  const refused =
    (inputs: Inputs = {}) =>
    () =>
      target().deploy('2', { ...ports, ...inputs });
  const refusal = { stage: 'inspect', outcome: 'refused', serving: '1' } as const;
  const atAcquire = { ...refusal, stage: 'acquire', reason: 'sudo-refused' } as const;

  before(async () => assertDeployed(await target().deploy('1', ports), 'blue'));

  /** Puts a program in Java's place. */
  const writeJava = (path: string, text: string) =>
    target().host.sh(`install -D -m 0755 /dev/stdin ${path} <<'JAVA'\n#!/bin/sh\n${text}\nJAVA`);

  test("Java in a home folder that the app's user may not enter", async () => {
    await writeJava('/home/ec2-user/jdk/bin/java', 'exec /usr/bin/java "$@"');
    await target().host.sh('chmod 0700 /home/ec2-user');
    await assertRefusedUnderLoad(target(), refused({ java: '/home/ec2-user/jdk/bin/java' }), {
      ...refusal,
      reason: 'java-missing',
      says: /is there, but the app's user shop could not run it: .*Permission denied/,
    });
  });

  test('Java that is broken, or no program', async () => {
    await writeJava('/opt/broken/java', 'echo "Error: could not find libjava.so" >&2; exit 2');
    await assertRefusedUnderLoad(target(), refused({ java: '/opt/broken/java' }), {
      ...refusal,
      reason: 'java-missing',
      says: /'\/opt\/broken\/java -version' ended with status 2: Error: could not find libjava\.so/,
    });
    await target().host.sh('chmod 0644 /opt/broken/java');
    await assertRefusedUnderLoad(target(), refused({ java: '/opt/broken/java' }), {
      ...refusal,
      reason: 'java-missing',
      says: /'\/opt\/broken\/java' is not on the host, or is no program/,
    });
  });

  test('the idle management port, and a health port, held by a stranger', async () => {
    const { host } = target();
    const listen = (port: number) => `
      systemd-run -q --unit=stranger perl -MIO::Socket -e 'my $s = IO::Socket::INET->new(Listen => 5, LocalPort => ${port}) or die; sleep 600'
      until ss -Hltn 'sport = :${port}' | grep -q .; do sleep 0.05; done`;
    await host.sh(listen(9002));
    await assertRefusedUnderLoad(target(), refused(), {
      ...refusal,
      reason: 'port-taken',
      says: /idle management port 9002 \(green\) is held by process \d+ .*give another green-management-port/s,
    });
    await host.sh(`systemctl stop stranger; ${listen(9005)}`);
    await assertRefusedUnderLoad(target(), refused({ 'health-port': '9005' }), {
      ...refusal,
      reason: 'port-taken',
      says: /health port 9005 \(green\) is held by process \d+/,
    });
    await host.sh('systemctl stop stranger');
  });

  test('sudo with a rule for something else, and sudo that wants a terminal', async () => {
    const { host } = target();
    const file = '/etc/sudoers.d/90-cloud-users';
    await host.sh(`cp ${file} /root/rule; echo 'ec2-user ALL=(ALL) NOPASSWD: /usr/bin/true' >${file}`);
    await assertRefusedUnderLoad(target(), refused(), {
      ...atAcquire,
      says: /sudo on the host refused ec2-user: .*NOPASSWD: ALL/s,
    });
    await host.sh(`cp /root/rule ${file}; echo 'Defaults requiretty' >>${file}`);
    await assertRefusedUnderLoad(target(), refused(), {
      ...atAcquire,
      says: /must have a tty.*'Defaults:ec2-user !requiretty'/s,
    });
    await host.sh(`cp /root/rule ${file}; mv /usr/bin/sudo /usr/bin/sudo.gone`);
    await assertRefusedUnderLoad(target(), refused(), { ...atAcquire, says: /Install sudo on the host/ });
    await host.sh('mv /usr/bin/sudo.gone /usr/bin/sudo');
  });

  test('a clock that is an hour off, either way', async () => {
    for (const [seconds, says] of [
      [-3600, /clock is 3[56]\d\d\.\d s behind the runner's: .*chrony or systemd-timesyncd/s],
      [3600, /clock is 3[56]\d\d\.\d s ahead of the runner's/],
    ] as const) {
      const fault = await moveClock(target().host, seconds);
      await assertRefusedUnderLoad(target(), refused(), { ...refusal, reason: 'host-unfit', says });
      await fault.heal();
    }
  });

  test('Java that names no version is a warning, and the deploy works', async () => {
    const text = 'case $1 in -version) echo "Java of our own" >&2 ;; *) exec /usr/bin/java "$@" ;; esac';
    await writeJava('/opt/own/java', text);
    const run = await target().deploy('2', { ...ports, java: '/opt/own/java' });
    assertDeployed(run, 'green');
    assert.match(run.summary, /names no version that can be read .*'Java of our own'/);
  });
});
