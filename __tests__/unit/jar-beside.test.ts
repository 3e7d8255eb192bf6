import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deploy } from '../../src/commands/deploy.ts';
import { plan } from '../../src/commands/plan.ts';
import type { World } from '../../src/commands/world.ts';
import { Failure, nothingContacted } from '../../src/failure.ts';
import { makeWorld } from './made-world.ts';
import { configOf, planOf } from './valid-inputs.ts';

const noJar = new Failure({
  reason: 'jar-invalid',
  message: 'It is none.',
  traffic: nothingContacted,
  remedy: 'Give one.',
});

/** A made world in which the jar is read once `until` says so, and then as told. */
function readLate(changes: (world: World, read: () => void) => Partial<World>, failure?: Failure) {
  const made = makeWorld();
  const { promise, resolve } = Promise.withResolvers<void>();
  const readJar: World['readJar'] = async path => {
    await promise;
    if (failure !== undefined) throw failure;
    return await made.world.readJar(path);
  };
  return { ...made, world: { ...made.world, readJar, ...changes(made.world, resolve) } };
}

const whenConnected = (world: World, read: () => void): Partial<World> => ({
  connect: async (...args) => {
    const session = await world.connect(...args);
    read();
    return session;
  },
});

for (const [name, run] of [
  ['deploy', () => deploy(configOf(), readLate(whenConnected).world)],
  ['plan', () => plan(planOf(), readLate(whenConnected).world)],
] as const) {
  test(`${name} reads the jar while the host is found and connected to`, async () => {
    const [report] = await run();
    assert.equal(report?.failure, undefined);
    const [beside, ...others] = report?.besides ?? [];
    assert.deepEqual(others, []);
    assert.equal(beside?.what, 'jar');
    const [resolved, connected] = report?.stages ?? [];
    assert.ok(beside && resolved && connected);
    assert.ok(beside.startMs >= resolved.startMs && beside.startMs <= resolved.startMs + resolved.ms);
    assert.ok(beside.startMs + beside.ms > connected.startMs);
  });
}

test('a jar that turns out invalid while the host is found ends the run before it is contacted', async () => {
  const never = new Promise<never>(() => undefined);
  const made = readLate(
    (_, read) => ({
      findHosts: async () => {
        read();
        return await never;
      },
    }),
    noJar,
  );
  const [report] = await deploy(configOf(), made.world);
  assert.deepEqual(
    [report?.failure?.stage, report?.failure?.reason, report?.failure?.traffic],
    ['resolve', 'jar-invalid', nothingContacted],
  );
  assert.deepEqual(made.targets, []);
});

test('a jar that turns out invalid while the host is connected to ends the run, and the connection that comes later', async () => {
  const connecting = Promise.withResolvers<void>();
  const made = readLate(
    (world, read) => ({
      connect: async (...args) => {
        read();
        await connecting.promise;
        return await world.connect(...args);
      },
    }),
    noJar,
  );
  const [report] = await deploy(configOf(), made.world);
  assert.equal(report?.outcome, 'refused');
  assert.deepEqual(
    [report?.failure?.stage, report?.failure?.reason, report?.failure?.traffic],
    ['resolve', 'jar-invalid', 'Nothing was changed on the host; the traffic is as it was.'],
  );
  connecting.resolve();
  while (made.sessionsEnded() === 0) await new Promise(setImmediate);
  assert.deepEqual(made.story, []);
});

test('a jar that turns out invalid once the host is connected ends the run before the lock', async () => {
  const made = readLate(whenConnected, noJar);
  const [report] = await deploy(configOf(), made.world);
  assert.deepEqual([report?.failure?.stage, report?.failure?.reason], ['resolve', 'jar-invalid']);
  assert.equal(report?.failure?.traffic, 'Nothing was changed on the host; the traffic is as it was.');
  assert.deepEqual(made.story, []);
  assert.equal(made.sessionsEnded(), 1);
});
