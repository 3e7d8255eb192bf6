import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostShell, runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const [live, newer, older] = [22, 23, 21].map(day => `202611${day}T214500Z-0a1b2c3d`) as [
  string,
  string,
  string,
];
const piece = (name: string, bytes: number): string => `${name.padEnd(11, '_')}${bytes}`;

function tell(t: TestContext, shell: HostShell, lists: Readonly<Record<string, string>>): readonly string[] {
  const folder = temporaryFolder(t);
  for (const [name, list] of Object.entries({ ...lists, '20261101T000000Z-11111111': undefined })) {
    mkdirSync(join(folder, name));
    if (list !== undefined) writeFileSync(join(folder, name, 'pieces'), list);
  }
  const { status, stdout, stderr } = runHost(shell, 'releases=$1 live_release=$2; tell_pieces', [
    folder,
    live,
  ]);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  return stdout.split('\n').slice(0, -1);
}

for (const shell of shells) {
  test(`${shell.name}: the live release's pieces are told first, others' without those that were told before`, t => {
    const [a, b, c, d] = [piece('a', 70), piece('b', 3_000_000_000), piece('c', 5), piece('d', 9)];
    assert.deepEqual(
      tell(t, shell, { [older]: `${d} ${a}\n`, [newer]: `${a} ${b} ${c} ${b}\n`, [live]: `${a} ${b}\n` }),
      [
        `@pieces=${live} ${a} ${b}`,
        `@pieces=${newer} 3000000070 ${c} 3000000000`,
        `@pieces=${older} ${d} 70`,
      ],
    );
  });

  test(`${shell.name}: the live release's pieces are told however many, others' while there is room`, t => {
    const list = (name: string, count: number): string =>
      Array.from({ length: count }, (_, index) => piece(`${name}${index}`, 20_000)).join(' ');
    const big = tell(t, shell, { [live]: `${list('l', 2048)}\n`, [newer]: `${list('n', 10)}\n` });
    assert.ok(big.length === 1 && big[0] === `@pieces=${live} ${list('l', 2048)}`);
    const some = tell(t, shell, {
      [live]: `${list('l', 400)}\n`,
      [newer]: `${list('n', 2000)}\n`,
      [older]: `${list('o', 400)}\n`,
    });
    assert.deepEqual(
      some.map(line => line.slice(8, 33)),
      [live, older],
    );
  });

  test(`${shell.name}: nothing is told but words, one line of them, of releases`, t => {
    const good = piece('a', 70);
    for (const list of [
      '',
      '\n',
      `${good} @live-color=green\n`,
      `${good} \x1b[31m\n`,
      `${good} ::warning::x\n`,
      `${good} ${'b'.repeat(25)}\n`,
      `${`${good} `.repeat(5000)}\n`,
    ])
      assert.deepEqual(
        tell(t, shell, {
          [live]: list,
          [newer]: `${good}\n@live-color=green\n`,
          'x Z-12345678': `${good}\n`,
        }),
        [`@pieces=${newer} ${good}`],
        JSON.stringify(list.slice(0, 60)),
      );
  });
}
