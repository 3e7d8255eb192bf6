import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** How each reading of the file is counted, and how many milliseconds after the file's last change it is. */
const counted = `sums=$1/sums scratch=$1 file=$1/app.jar
  openssl() { return 1; }
  sha256sum() { echo read >>"$scratch/reads"; command sha256sum "$@"; }
  now_ms() { echo "$(($(stat -c %.3Z "$file" | tr -d .) + later))"; }
  reads() { if [ -e "$scratch/reads" ]; then wc -l <"$scratch/reads"; else echo 0; fi; }`;

for (const shell of shells) {
  const run = (t: TestContext, script: string): string => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'app.jar'), 'one');
    const { status, stdout, stderr } = runHost(shell, `${counted}\n${script}`, [folder]);
    assert.deepEqual([status, stderr], [0, '']);
    return stdout;
  };

  test(`${shell.name}: a file that was not changed since it was read is not read again`, t => {
    const twice = 'later=200; sum_of "$file"; echo "$summed"; sum_of "$file"; echo "$summed"; reads';
    assert.equal(run(t, twice), `${sha256('one')}\n${sha256('one')}\n1\n`);
  });

  test(`${shell.name}: it is read again when it was written with its size and its times put back, moved away for another, or linked`, t => {
    const changes = {
      'printf two >"$file"; touch -r "$scratch/other" "$file"': 'two',
      'printf two >"$scratch/new"; touch -r "$scratch/other" "$scratch/new"; mv "$scratch/new" "$file"':
        'two',
      'ln "$file" "$scratch/link"': 'one',
    };
    for (const [change, content] of Object.entries(changes)) {
      const script = `later=200; cp -p "$file" "$scratch/other"; sum_of "$file"; ${change}; sum_of "$file"; echo "$summed"; reads`;
      assert.equal(run(t, script), `${sha256(content)}\n2\n`, change);
    }
  });

  test(`${shell.name}: one that was changed just now, and what a look reads, is not remembered`, t => {
    for (const settings of ['later=199', 'later=200 only_looks=yes', "later=200 sums=''"]) {
      const script = `${settings}; sum_of "$file"; sum_of "$file"; echo "$summed"; reads; ls "$scratch"`;
      assert.equal(run(t, script), `${sha256('one')}\n2\napp.jar\nreads\n`, settings);
    }
  });

  test(`${shell.name}: where the file system's times are whole seconds, two of them are needed`, t => {
    for (const [later, readings] of [
      [1999, 2],
      [2000, 1],
    ]) {
      const script = `later=${later}
        identify_file() { echo "1764000000 1:2:3:2025-11-24 16:00:00.000000000 +0000:2025-11-24 16:00:00.000000000 +0000"; }
        now_ms() { echo "$((1764000000000 + later))"; }
        sum_of "$file"; sum_of "$file"; reads`;
      assert.equal(run(t, script), `${readings}\n`);
    }
  });

  test(`${shell.name}: what cannot be read has no sum; twenty files are remembered`, t => {
    assert.equal(run(t, 'later=200; sum_of "$scratch/none"; echo "[$summed]"'), '[]\n');
    const many =
      'later=200; for name in $(seq 25); do echo "$name" >"$file"; sum_of "$file"; done; wc -l <"$sums"';
    assert.equal(run(t, many), '20\n');
  });

  test(`${shell.name}: the sum is the same with openssl and without it`, t => {
    const file = join(temporaryFolder(t), 'app.jar');
    writeFileSync(file, 'one');
    for (const way of ['', 'openssl() { return 127; };', 'openssl() { echo nonsense; return 1; };']) {
      const { status, stdout, stderr } = runHost(shell, `${way} read_sum "$1"`, [file]);
      assert.deepEqual([status, stdout, stderr], [0, `${sha256('one')}\n`, ''], way);
    }
    assert.deepEqual(
      runHost(shell, 'openssl() { return 1; }; sha256sum() { return 1; }; read_sum "$1" || echo none', [file])
        .stdout,
      'none\n',
    );
  });
}
