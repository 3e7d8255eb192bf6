import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isReason, reasons, stages } from '../../src/failure.ts';
import { exitCodeOf } from '../../src/host/stage.ts';
import { readText, tree } from './action-file.ts';

const names = Object.keys(reasons).filter(isReason);
const protocol = readText('src/host/protocol.sh');
const codes = new Map(
  [...protocol.matchAll(/^ {8}([a-z-]+)\) echo (\d+) ;;$/gm)].map(([, reason = '', code]) => [
    reason,
    Number(code),
  ]),
);
const shellFiles = globSync('src/host/**/*.sh', { cwd: fileURLToPath(tree) });

test('the host ends with the codes that failure.ts lists, and with no others', () => {
  const listed = names.flatMap(reason => {
    const code = exitCodeOf(reason);
    return code === undefined ? [] : [[reason, code] as const];
  });
  assert.deepEqual(new Map([...codes].toSorted()), new Map(listed.toSorted()));
  assert.ok(codes.size > 10);
});

test('no two reasons share a code, and no code means something to a shell or to us already', () => {
  assert.equal(new Set(codes.values()).size, codes.size);
  for (const code of codes.values()) assert.ok(code > 2 && code < 64 && code !== 44, `${code}`);
});

test('every reason that the host raises is in the list and has a code; every code is raised', () => {
  const raised = new Set<string>();
  for (const path of shellFiles) {
    const text = readText(path).replace(/\\\n\s*/g, '');
    for (const [, reason = ''] of text.matchAll(/\b(?:fail|take_back|give_up) '?([a-z][a-z-]+)/g))
      raised.add(reason);
  }
  raised.delete('cancelled');
  for (const reason of raised) assert.ok(codes.has(reason), `${reason} has no exit code`);
  assert.deepEqual(
    [...codes.keys()].filter(reason => !raised.has(reason)),
    [],
  );
});

test('every reason says when it comes and what to do, in sentences', () => {
  for (const reason of names) {
    const { when, cure } = reasons[reason];
    assert.match(reason, /^[a-z]+(-[a-z]+)*$/);
    for (const sentence of [when, cure]) assert.match(sentence, /^[`A-Za-z].{8,}[.]$/, reason);
  }
});

test('every reason in the sources is used somewhere', () => {
  const sources = globSync('src/**/*.{ts,sh}', { cwd: fileURLToPath(tree), exclude: ['src/failure.ts'] });
  const text = sources.map(readText).join('\n');
  for (const reason of names) assert.ok(text.includes(reason), reason);
});

const namesIn = (folder: string): readonly string[] =>
  shellFiles.flatMap(path => new RegExp(`/${folder}/([a-z]+)\\.sh$`).exec(path)?.[1] ?? []).toSorted();

test('what the host program can be told is one file of its name each, known to the program', () => {
  const [called = [], inSession = [], looking = [], alone] = [
    ...readText('src/host/main.sh').matchAll(/^ {8}([a-z |]+)\) ;;/gm),
  ].map(([, list = '']) => list.split(' | ').toSorted());
  const byRunner = [...called, ...inSession, ...looking].toSorted();
  assert.deepEqual(byRunner, namesIn('stages'));
  assert.deepEqual(alone, namesIn('alone'));
  for (const [folder, names] of [
    ['stages', byRunner],
    ['alone', alone],
  ] as const) {
    for (const name of names ?? []) {
      const text = readText(`src/host/${folder}/${name}.sh`);
      assert.match(text, new RegExp(`^# ${name}: .*\\n(.*\\n)*stage_${name}\\(\\) \\{`));
    }
  }
});

test('each stage of the host is one of the story, or the way back from it, what comes after a broken link, helps another, or only looks', () => {
  const others = ['revert', 'rollback', 'follow', 'part', 'settle', 'plan', 'status', 'survey', 'setup'];
  assert.deepEqual(
    namesIn('stages').filter(name => !stages.some(stage => stage === name)),
    others.toSorted(),
  );
  for (const name of namesIn('stages').filter(one => !['follow', 'part', 'settle'].includes(one))) {
    assert.match(readText(`src/commands/stages/${name}.ts`), /^export (async )?function/m);
  }
});
