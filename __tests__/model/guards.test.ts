import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { guards } from './guards.ts';
import { judge } from './judge.ts';
import { namesOfGuards } from './world.ts';

const host = new URL('../../src/host/', import.meta.url);

for (const { name, file, text, world, breaks, beside } of guards) {
  test(`the guard '${name}' stands once in ${file}, where the model has it from`, () => {
    assert.equal(readFileSync(new URL(file, host), 'utf8').split(text).length - 1, 1, text);
  });

  const both = beside === undefined ? '' : ` and '${beside}'`;
  test(`without the guard '${name}'${both} it no longer holds that ${breaks}`, () => {
    const { states, violation, trace } = judge({ ...world, without: beside ? [name, beside] : [name] });
    console.log(`  ${violation}\n  ${states} states, ${trace.length} steps, the last of them:`);
    for (const step of trace.slice(-12)) console.log(`    ${step}`);
    assert.ok(violation?.startsWith(breaks), `${violation}\n${trace.join('\n')}`);
  });
}

test('every guard that the model knows is tied to the scripts, and taken out once', () => {
  assert.deepEqual(guards.map(({ name }) => name).sort(), [...namesOfGuards].sort());
});
