import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runHost, shells } from './host-shell.ts';

const bad = [
  'app=',
  'app=../x',
  'app=a/b',
  'app=Shop',
  'app=-x',
  'app=shop\nroot',
  'app=shop\n',
  `app=${'a'.repeat(32)}`,
  'color=red',
  'color=blue\ngreen',
  'color=../blue',
  'release=../../etc',
  'release=20261122T214500Z-0a1b2c3',
  'release=20261122T214500Z-0a1b2c3d/x',
  'release=20261122T214500Z-0a1b2c3d\n',
  'jar-at=..',
  'app-user=root;id',
  'app-user=-x',
  'blue-port=80a',
  'green-port=$(id)',
  'green-port=-1',
  'health-port=8081 8082',
  'jar-bytes=1e9',
  'env-bytes=',
  'keep-releases=all',
  'health-timeout=x',
  'health-interval=1;id',
  'health-successes=a[$(id)]',
  'warm-up-requests=1e3',
  'drain-timeout=-',
  'lock-wait=long',
  'after=inspect',
  'class-version=x',
];

for (const shell of shells) {
  test(`${shell.name}: good values are taken as they are, blanks and equals signs included`, () => {
    const script =
      'read_parameters "$@"; printf "%s\\n" "$app" "$holder" "$release" "$server_name" "$jar_at"';
    const words = [
      'app=shop',
      'holder= a = b ',
      'release=20261122T214500Z-0a1b2c3d',
      'server-name=a b',
      'jar-at=',
    ];
    const { status, stdout } = runHost(shell, script, words);
    assert.deepEqual([status, stdout], [0, 'shop\n a = b \n20261122T214500Z-0a1b2c3d\na b\n\n']);
  });

  test(`${shell.name}: a parameter it does not know is refused by its name`, () => {
    for (const word of ['colour=blue', 'PATH=/tmp', '=x', 'app-user ', '--help']) {
      const { status, stdout } = runHost(shell, 'read_parameters "$@"; echo taken', ['app=shop', word]);
      assert.equal(status, 23, word);
      assert.match(stdout, /@reason=input-invalid\n@message=The host program does not know/);
    }
  });

  test(`${shell.name}: values that could become paths, numbers or names of others are refused`, () => {
    for (const word of bad) {
      const { status, stdout } = runHost(shell, 'read_parameters "$@"; echo taken', ['app=shop', word]);
      assert.equal(status, 23, word);
      assert.ok(stdout.includes('@reason=input-invalid') && !stdout.includes('taken'), word);
    }
  });

  test(`${shell.name}: without an app nothing is done`, () => {
    assert.equal(runHost(shell, 'read_parameters').status, 23);
  });
}
