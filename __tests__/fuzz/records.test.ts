import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { deploy } from '../../src/commands/deploy.ts';
import type { Provenance } from '../../src/commands/provenance.ts';
import { shells } from '../host/host-shell.ts';
import { madeProvenance, makeWorld } from '../unit/made-world.ts';
import { configOf } from '../unit/valid-inputs.ts';
import { bytesOf, fieldsOf, functionsFile, runCaged } from './caged-shell.ts';
import { makeCage } from './canary.ts';
import { hostile } from './hostile-values.ts';
import { draw } from './rounds.ts';

const cage = makeCage();
const root = mkdtempSync(join(tmpdir(), 'fuzz-records-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** What a deploy leaves on the host of where it came from, in JSON. */
interface Records {
  readonly provenance: Provenance;
  readonly mainClass: string;
  readonly release: string;
  readonly history: string;
}

async function record(text: string, index: number): Promise<Records> {
  const { world, sent } = makeWorld();
  const provenance = {
    ...madeProvenance,
    repository: text,
    commit: text,
    actor: `${text}"`,
    runUrl: `\\${text}`,
  };
  const readJar: typeof world.readJar = async path => ({
    ...(await world.readJar(path)),
    mainClass: text,
    version: text,
  });
  const config = configOf({ env: `A=${index}` });
  const date = (): Date => new Date(Date.UTC(2026, 0) + 1000 * index);
  const report = await deploy(config, { ...world, date, provenance, readJar });
  assert.equal(report[0]?.outcome, 'deployed', JSON.stringify(text));
  const upload = sent.get('upload') ?? '';
  return {
    provenance,
    mainClass: text,
    release: upload.slice(upload.indexOf('{\n'), upload.indexOf('\n}\n') + 3),
    history: sent.get('retire') ?? '',
  };
}

async function recordAll(): Promise<readonly Records[]> {
  const all: Records[] = [];
  const texts = draw(hostile, 'records');
  for (let begin = 0; begin < texts.length; begin += 250)
    all.push(...(await Promise.all(texts.slice(begin, begin + 250).map(record))));
  for (const [index, { release }] of all.entries()) {
    mkdirSync(join(root, String(index)));
    writeFileSync(join(root, String(index), 'release.json'), release);
  }
  return all;
}

const allRecords = recordAll();
/** JSON has no half of a surrogate pair; it is spelled as an escape, and so comes back. */
const keys = ['release', 'app', 'jarSha256', 'jarBytes', 'mainClass', 'version', 'classVersion', 'createdAt'];

test('release.json gives back what it was made of, one key a line', async () => {
  for (const { release, provenance, mainClass } of await allRecords) {
    const read = JSON.parse(release);
    assert.deepEqual(Object.keys(read), [...keys, ...Object.keys(provenance)]);
    assert.deepEqual({ ...read, ...provenance, mainClass, version: mainClass }, read);
    const lines = release.split('\n').slice(1, -2);
    assert.deepEqual(
      lines.map(line => /^ {2}"([A-Za-z0-9]+)": ".*",?$/s.exec(line)?.[1]),
      Object.keys(read),
    );
  }
});

test('a line of the history is one line of JSON that gives back what it was made of', async () => {
  for (const { history, provenance } of await allRecords) {
    assert.equal(history.indexOf('\n'), history.length - 1);
    const read = JSON.parse(history);
    assert.deepEqual({ ...read, ...provenance }, read);
  }
});

for (const [place, shell] of shells.entries()) {
  test(`${shell.name}: the host reads each fact of release.json, and takes none for another`, async () => {
    const all = (await allRecords).map((record, index) => ({ ...record, index }));
    const records = all.filter(({ index }) => index % shells.length === place);
    const asked = ['jarSha256', 'actor'];
    const script = `set -eu; LC_ALL=C; . ${functionsFile}; releases=${root}
${records.map(({ index }) => `printf '%s\\0' ${asked.map(key => `"$(release_fact ${index} ${key})"`).join(' ')}\n`).join('')}`;
    const fields = fieldsOf(await runCaged(shell, cage, script));
    const wanted = records.flatMap(({ provenance, release }) => {
      const { jarSha256 } = JSON.parse(release);
      return [jarSha256, JSON.stringify(provenance.actor).slice(1, -1)];
    });
    assert.deepEqual(fields, wanted.map(bytesOf));
    cage.assertQuiet();
  });

  test(`${shell.name}: the history keeps each line as it came, the newest 500`, async () => {
    const lines = (await allRecords).map(({ history }) => history);
    const file = join(root, `history-${shell.name.replaceAll(' ', '-')}`);
    writeFileSync(file, lines.slice(0, -20).join(''));
    const added = lines.slice(-20).map((line, index) => {
      writeFileSync(`${file}-${index}`, line);
      return `( history_line=$(head -n 1 <${file}-${index}); add_to_history )\n`;
    });
    await runCaged(shell, cage, `set -eu; LC_ALL=C; . ${functionsFile}; history=${file}\n${added.join('')}`);
    assert.equal(readFileSync(file, 'utf8'), lines.slice(-500).join(''));
    cage.assertQuiet();
  });
}
