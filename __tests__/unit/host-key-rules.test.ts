import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostKeyRules } from '../../src/commands/stages/host-keys.ts';
import { Failure } from '../../src/failure.ts';
import { fingerprintsOf, parseHostKeys } from '../../src/ssh/host-key.ts';
import { makeKey } from './made-keys.ts';
import { madeInstance, makeWorld } from './made-world.ts';
import { configOf } from './valid-inputs.ts';

const [printed, tagged, given] = [makeKey('ed25519'), makeKey('ed25519'), makeKey('ed25519')];

/** The fingerprints that are trusted, with this console, tag and ssh-host-key; and what was told. */
async function trusted(consoleKeys: string, hostKeyTag: string | undefined, input = 'ec2-console') {
  const { world, lines } = makeWorld();
  const rules = await hostKeyRules({
    config: configOf({ host: '', 'instance-id': 'i-0123456789abcdef0', 'ssh-host-key': input }),
    world: { ...world, readConsoleHostKeys: async () => parseHostKeys(consoleKeys).rules },
    host: { address: '10.0.0.1', instance: { ...madeInstance, hostKeyTag }, names: [], how: '' },
  });
  return { prints: fingerprintsOf(rules), told: lines.filter(line => !line.startsWith('debug')).join('\n') };
}

test('the keys in the console are trusted, and a tag that says one of them changes nothing', async () => {
  for (const tag of [undefined, printed.fingerprint, `${tagged.fingerprint} ${printed.fingerprint}`]) {
    assert.deepEqual(await trusted(printed.publicLine, tag), { prints: [printed.fingerprint], told: '' });
  }
});

test('a tag that contradicts the console is not trusted, and told with both fingerprints', async () => {
  const { prints, told } = await trusted(printed.publicLine, tagged.fingerprint);
  assert.deepEqual(prints, [printed.fingerprint]);
  assert.match(told, /^warning Host key: .* The console counts/);
  assert.ok(told.includes(printed.fingerprint) && told.includes(tagged.fingerprint), told);
});

test('a console without keys leaves it to the tag', async () => {
  const { prints, told } = await trusted('', `${tagged.fingerprint} ${given.fingerprint}`);
  assert.deepEqual(prints, [tagged.fingerprint, given.fingerprint]);
  assert.match(told, /the tag nginx-bluegreen:host-key says SHA256:/);
});

test('what is given beside ec2-console counts in any case', async () => {
  const input = `ec2-console\n${given.fingerprint}`;
  assert.deepEqual((await trusted('', undefined, input)).prints, [given.fingerprint]);
  assert.deepEqual((await trusted('', tagged.fingerprint, input)).prints, [
    given.fingerprint,
    tagged.fingerprint,
  ]);
  assert.deepEqual((await trusted(printed.publicLine, undefined, input)).prints, [
    given.fingerprint,
    printed.fingerprint,
  ]);
});

test('without console and tag, or with a tag of something else, the way out is told', async () => {
  const cases = [
    [undefined, /and it has no tag nginx-bluegreen:host-key/],
    [`${tagged.fingerprint} or any`, /holds something else than SHA256 fingerprints/],
  ] as const;
  for (const [tag, says] of cases) {
    await assert.rejects(trusted('', tag), error => {
      assert.ok(error instanceof Failure);
      assert.equal(error.text.reason, 'host-key-unknown');
      assert.match(error.text.message, says);
      assert.match(error.text.remedy, /ssh-keygen -lf .* One run of setup with it writes the tag/);
      return true;
    });
  }
});
