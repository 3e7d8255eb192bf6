import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const isRoot = process.getuid?.() === 0;
const rootOnly = { skip: !isRoot && 'NOT TESTED: needs root (chown, tmpfs)' };

for (const shell of shells) {
  test(
    `${shell.name}: a file is put in place whole, with its mode, and leaves nothing beside it`,
    rootOnly,
    t => {
      const folder = temporaryFolder(t);
      const file = join(folder, 'a.conf');
      writeFileSync(file, 'old');
      assert.equal(runHost(shell, 'put_file "$1" 0644', [file], 'new\nbytes').status, 0);
      assert.equal(readFileSync(file, 'utf8'), 'new\nbytes');
      assert.equal(statSync(file).mode & 0o777, 0o644);
      assert.deepEqual(readdirSync(folder), ['a.conf']);
    },
  );

  test(`${shell.name}: on a full disk the old content stays`, rootOnly, t => {
    const folder = temporaryFolder(t);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
    try {
      const file = join(folder, 'a.conf');
      writeFileSync(file, 'old');
      const { status, stdout } = runHost(
        shell,
        'put_file "$1" 0644 || echo refused',
        [file],
        'x'.repeat(200_000),
      );
      assert.deepEqual([status, stdout], [0, 'refused\n']);
      assert.equal(readFileSync(file, 'utf8'), 'old');
      assert.deepEqual(readdirSync(folder), ['a.conf']);
      const told = runHost(shell, 'cannot_write "$1"', [file]);
      assert.equal(told.status, 12);
      assert.match(told.stdout, /@reason=disk-full\n@message=The disk that holds .*a\.conf is full/);
    } finally {
      execFileSync('umount', [folder]);
    }
  });

  test(`${shell.name}: a folder that is not there is refused, not made`, rootOnly, t => {
    const folder = temporaryFolder(t);
    const { stdout } = runHost(shell, 'put_file "$1" 0644 || echo refused', [join(folder, 'no/a.conf')], 'x');
    assert.equal(stdout, 'refused\n');
    assert.deepEqual(readdirSync(folder), []);
  });

  test(`${shell.name}: a file is never put into a folder of its name`, rootOnly, t => {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'a.conf'));
    const { stdout } = runHost(shell, 'put_file "$1" 0644 || echo refused', [join(folder, 'a.conf')], 'x');
    assert.equal(stdout, 'refused\n');
    assert.deepEqual(readdirSync(join(folder, 'a.conf')), []);
    assert.deepEqual(readdirSync(folder), ['a.conf']);
  });

  test(`${shell.name}: a link is led elsewhere in one step, also when it leads to a folder`, t => {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'releases/one'), { recursive: true });
    mkdirSync(join(folder, 'releases/two'), { recursive: true });
    symlinkSync('releases/one', join(folder, 'blue'));
    assert.equal(runHost(shell, 'put_link releases/two "$1"', [join(folder, 'blue')]).status, 0);
    assert.equal(readlinkSync(join(folder, 'blue')), 'releases/two');
    assert.deepEqual(readdirSync(join(folder, 'releases/one')), []);
    assert.deepEqual(readdirSync(folder), ['blue', 'releases']);
  });

  test(`${shell.name}: removing what is not there is no failure`, t => {
    assert.equal(runHost(shell, 'remove_file "$1"', [join(temporaryFolder(t), 'gone')]).status, 0);
  });
}
