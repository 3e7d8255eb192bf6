import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runHost, shells } from './host-shell.ts';

/** A host where these ports are held by these processes; blue is live as process 10, green idle as process `idle`. */
const look = (holders: Readonly<Record<number, number>>, idle: number, more = ''): string => `
  app=shop home='' adopted=/nowhere live=blue blue_port=8081 green_port=8082 ${more}
  port_listeners() { case $1 in ${Object.entries(holders)
    .map(([port, pid]) => `${port}) echo ${pid} ;;`)
    .join(' ')} *) ;; esac; }
  unit_property() { if [ "$1" = blue ]; then echo 10; else echo ${idle}; fi; }
  describe_process() { echo "process $1"; }
  release_of() { echo 20261122T214500Z-0a1b2c3d; }
  is_kept_running() { false; }
  inspect_idle`;
const management = 'blue_management_port=9001 green_management_port=9002';

for (const shell of shells) {
  const messageOf = (script: string): string => {
    const { status, stdout, stderr } = runHost(shell, script);
    assert.equal(stderr, '');
    assert.ok(status === 0 || (status === 13 && /^@reason=port-taken$/m.test(stdout)), stdout);
    return /^@message=(.*)$/m.exec(stdout)?.[1] ?? '';
  };

  test(`${shell.name}: free ports, and ports of a candidate that was left, are taken`, () => {
    assert.equal(messageOf(look({}, 0, management)), '');
    assert.equal(messageOf(look({ 8081: 10, 9001: 10 }, 0, management)), '');
    assert.equal(messageOf(look({ 8082: 20, 9002: 20, 9005: 20 }, 20, `${management} health_port=9005`)), '');
  });

  test(`${shell.name}: a stranger on the idle port, its management port or the health port is named`, () => {
    assert.match(
      messageOf(look({ 8082: 30 }, 20)),
      /^The idle port 8082 \(green\) is held by process 30, which/,
    );
    assert.match(messageOf(look({ 9002: 30 }, 0, management)), /^The idle management port 9002 \(green\)/);
    assert.match(messageOf(look({ 9005: 30 }, 0, 'health_port=9005')), /^The health port 9005 \(green\)/);
  });

  test(`${shell.name}: a health port that the live release itself holds can't be taken by the new one`, () => {
    assert.equal(
      messageOf(look({ 9005: 10 }, 0, 'health_port=9005')),
      'The health port 9005 (green) is held by the live release, beside which the new one could not take it. Nothing was changed.',
    );
  });

  test(`${shell.name}: what was ended before a refusal is not denied by it`, () => {
    const { stdout } = runHost(
      shell,
      look({ 8082: 30 }, 0, `done_before='Something was ended; nothing else was changed.'`),
    );
    assert.match(stdout, /not ours\. Something was ended; nothing else was changed\.$/m);
  });
}
