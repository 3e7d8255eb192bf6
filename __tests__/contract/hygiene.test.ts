import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readText, tree } from './action-file.ts';

const committed = execFileSync('git', ['ls-files', '-z'], { cwd: fileURLToPath(tree), encoding: 'utf8' })
  .split('\0')
  .filter(path => path !== '');

test('the lock file names no place that packages come from', () => {
  assert.ok(committed.includes('package-lock.json'));
  assert.ok(!readText('package-lock.json').includes('"resolved"'));
  assert.doesNotMatch(
    readText('package-lock.json'),
    /https?:\/\/(?!([a-z-]+\.)?(opencollective|github|feross|paypal)\b)[^"]*\.tgz/,
  );
});

test('no committed file has the address of a registry', () => {
  const address = new RegExp(['registry\\.', 'npmjs\\.'].join(''));
  for (const path of committed) assert.doesNotMatch(readText(path), address, path);
});

test('no private key is committed', () => {
  for (const path of committed) {
    assert.doesNotMatch(readText(path), /-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n[A-Za-z0-9+/=]{40}/, path);
  }
});
