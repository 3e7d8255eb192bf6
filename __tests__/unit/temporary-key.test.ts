import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parsePrivateKey } from '../../src/ssh/private-key.ts';
import { makeTemporaryKey } from '../../src/ssh/temporary-key.ts';

test('ssh-keygen reads the private half, and finds the public one in it', t => {
  const { key, publicLine } = makeTemporaryKey();
  const folder = mkdtempSync(join(tmpdir(), 'temporary-key-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'key');
  writeFileSync(file, key.text, { mode: 0o600 });
  assert.equal(execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }).trim(), publicLine);
  assert.match(publicLine, /^ssh-ed25519 [A-Za-z0-9+/]{68}$/);
  assert.ok(!('problem' in parsePrivateKey(key.text, '')));
});

test('each is another one, and each is whole, also those whose public half begins with zeros', () => {
  const made = Array.from({ length: 2000 }, makeTemporaryKey);
  assert.equal(new Set(made.map(({ publicLine }) => publicLine)).size, made.length);
  for (const { key, publicLine } of made) {
    assert.match(publicLine, /^ssh-ed25519 [A-Za-z0-9+/]{68}$/);
    assert.ok(!('problem' in parsePrivateKey(key.text, '')));
  }
});
