import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from './judge.ts';
import { worlds } from './worlds.ts';

for (const world of worlds) {
  test(`the protocol holds: ${world.name}`, () => {
    const { states, violation, trace } = judge(world);
    console.log(`  ${states} states`);
    assert.equal(violation, undefined, `${violation}\n${trace.join('\n')}`);
  });
}
