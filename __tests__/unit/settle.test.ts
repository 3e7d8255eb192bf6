import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../../src/commands/settle.ts';
import type { World } from '../../src/commands/world.ts';
import { Failure } from '../../src/failure.ts';
import { makeWorld } from './made-world.ts';
import { configOf } from './valid-inputs.ts';

const left = { run: 'aaaa', token: 3, address: 'shop.example.com', state: 'held' } as const;

test('a host that does not answer is not waited for as long as by a deploy: it looks after itself', async () => {
  const made = makeWorld();
  const patiences: number[] = [];
  const connect: World['connect'] = async (_, { patienceMs }) => {
    patiences.push(patienceMs);
    throw new Failure({ reason: 'unreachable', message: 'No route.', traffic: '', remedy: '' });
  };
  const found = await settle(configOf(), { ...made.world, connect }, left);
  assert.match(found, /^The run was killed before its end\. No route\. The host looks after what it left/);
  assert.deepEqual(patiences, [15_000]);
});
