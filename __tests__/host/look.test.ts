import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

for (const shell of shells) {
  test(`${shell.name}: what a check fails with is an obstacle, and the look goes on`, t => {
    const script = `scratch=$1 app=shop home=/nowhere only_looks=yes
      check() { tell finding 'a hint'; fail port-taken 'It is taken.' 'Free it.'; }
      broken() { tell finding 'another'; false; tell finding 'never'; }
      heed check; heed broken; heed true; tell end yes`;
    const { status, stdout } = runHost(shell, script, [temporaryFolder(t)]);
    assert.equal(status, 0);
    assert.deepEqual(stdout.trim().split('\n'), [
      '@finding=a hint',
      '@obstacle-reason=port-taken',
      '@obstacle-message=It is taken.',
      '@obstacle-remedy=Free it.',
      '@finding=another',
      '@missing=the check broken broke off on the host (status 1), so that nobody knows what it would have said',
      '@end=yes',
    ]);
  });

  test(`${shell.name}: each key of an environment is told with the digest of salt and value, and no value`, t => {
    const folder = temporaryFolder(t);
    const values = Object.entries({ A: '1', EMPTY: '', LONG: 'a=b "c" \\n $x', _Z9: 'ü' });
    const lines = values.map(([key, value]) => `${key}=${value}\n`).join('');
    writeFileSync(join(folder, 'env'), `${lines}no key here\n1BAD=x\n`);
    const { stdout } = runHost(shell, 'scratch=$1 salt=00ff; tell_environment "$1/env"', [folder]);
    const digest = (value: string) => createHash('sha256').update(`00ff${value}`).digest('hex');
    assert.deepEqual(
      stdout.trim().split('\n').toSorted(),
      values.map(([key, value]) => `@environment=${key} ${digest(value)}`).toSorted(),
    );
    assert.ok(!readdirSync(folder).includes('values'));
  });

  test(`${shell.name}: a diff names its file; the same text has none; a file that is not there is all new`, t => {
    const folder = temporaryFolder(t);
    const file = join(folder, 'file');
    writeFileSync(file, 'a\nb\n');
    const told = (text: string, path: string): string =>
      runHost(shell, `scratch=$1; printf '${text}' | tell_diff unit "$2"`, [folder, path]).stdout;
    assert.equal(told('a\\nb\\n', file), '');
    assert.equal(told('a\\nc\\n', file), `@unit=@@ -1,2 +1,2 @@ ${file}\n@unit= a\n@unit=-b\n@unit=+c\n`);
    assert.match(told('a\\n', join(folder, 'none')), /^@unit=@@ -0,0 \+1 @@ \S+none\n@unit=\+a\n$/);
  });

  test(`${shell.name}: the settings of the last switch say how a host is asked, and nothing else of them counts`, t => {
    const settings = join(temporaryFolder(t), 'settings');
    writeFileSync(settings, 'app=other\nblue-port=9001\nhealth-path=/a=b\nunknown-of-late=1\nrun=x\n');
    const script =
      'settings=$1 app=shop; load_switch_settings; echo "$app $blue_port $green_port $health_path $run"';
    assert.equal(runHost(shell, script, [settings]).stdout, 'shop 9001 0 /a=b \n');
  });
}
