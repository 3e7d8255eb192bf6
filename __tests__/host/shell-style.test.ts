import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assembleProgram } from '../../src/host/program.ts';
import { temporaryFolder } from './temporary-folder.ts';

const tree = fileURLToPath(new URL('../..', import.meta.url));
const scripts = globSync('{sandbox,scripts,src/commands}/**/*.sh', { cwd: tree }).map(path =>
  join(tree, path),
);

const checks = [
  ['shellcheck', '-s', 'sh'],
  ['dash', '-n'],
  ['busybox', 'sh', '-n'],
] as const;

for (const [command, ...first] of checks) {
  test(`${[command, ...first].join(' ')} finds nothing in the host program, the launcher and our scripts`, t => {
    const program = join(temporaryFolder(t), 'nginx-bluegreen');
    writeFileSync(program, assembleProgram().text);
    const files = [program, join(tree, 'src/host/launch.sh'), ...scripts];
    assert.ok(scripts.length > 2);
    for (const file of files) {
      const { status, stdout, stderr, error } = spawnSync(command, [...first, file], { encoding: 'utf8' });
      assert.equal(error, undefined);
      assert.equal(status, 0, `${file}\n${stdout}${stderr}`);
    }
  });
}

test('the host program is plain text without tabs, carriage returns or bytes beyond UTF-8', () => {
  const { text } = assembleProgram();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  assert.doesNotMatch(text, /[\0-\x09\x0b-\x1f\x7f\ufffd]/);
});

test('every shell file of the host is part of the program', () => {
  const { text } = assembleProgram();
  for (const path of globSync('src/host/**/*.sh', { cwd: tree })) {
    assert.ok(text.includes(readFileSync(join(tree, path), 'utf8').trimEnd()), path);
  }
});

test('each shell file of the action is clean on its own', () => {
  const files = globSync(new URL('../../src/**/*.sh', import.meta.url).pathname);
  assert.ok(files.length > 20);
  const { status, stdout } = spawnSync('shellcheck', files, { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});
