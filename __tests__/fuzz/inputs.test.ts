import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaults } from '../unit/valid-inputs.ts';
import { fuzzed } from './fuzzed-inputs.ts';
import { judgeOne, valuesOf } from './judged-inputs.ts';

const secret = [
  ...['env', 'ssh-private-key', 'ssh-passphrase', 'ssh-jump-private-key', 'ssh-jump-passphrase'],
  'github-token',
];

/** A problem's line for a value may be that of the input it goes with. */
const companion: Readonly<Record<string, string>> = {
  'ssh-passphrase': 'ssh-private-key',
  'ssh-jump-passphrase': 'ssh-jump-private-key',
  timeout: 'bake-time',
  'blue-management-port': 'the management ports',
  'green-management-port': 'the management ports',
};

test('every input of action.yml is fuzzed', () => {
  assert.deepEqual([...fuzzed.keys()].toSorted(), [...defaults.keys()].toSorted());
});

for (const name of fuzzed.keys()) {
  test(`${name}: a hostile value is accepted, or refused in a line that names it; nothing throws, no secret is shown`, () => {
    let accepted = 0;
    for (const value of valuesOf(name)) {
      const verdict = judgeOne(name, value);
      if (verdict.kind === 'accepted') {
        accepted++;
        continue;
      }
      const text = verdict.problems.join('\n');
      assert.ok(
        verdict.problems.every(line => line.startsWith('  - ')) &&
          (text.includes(name) || text.includes(companion[name] ?? name)),
        `${JSON.stringify(value.slice(0, 200))}: ${text}`,
      );
      assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, JSON.stringify(text));
      assert.ok(text.length < 2000 * verdict.problems.length, `${text.length} characters`);
      if (secret.includes(name)) assertNotShown(value, text);
    }
    assert.ok(accepted > 0 || name === 'instance-id', 'some are accepted');
  });
}

/** No part of a secret that is long enough to be known again. */
function assertNotShown(value: string, text: string): void {
  const parts = value.split(/[\r\n]/).map(line => line.slice(line.indexOf('=') + 1));
  for (const part of parts.filter(one => one.length >= 12)) assert.ok(!text.includes(part), text);
}
