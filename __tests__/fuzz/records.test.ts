import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { deploy } from '../../src/commands/deploy.ts';
import type { Provenance } from '../../src/commands/provenance.ts';
import { parseReleaseRecord } from '../../src/commands/release-record.ts';
import { type ClassList, packageOf, simpleName } from '../../src/jar/class-list.ts';
import { recordContents } from '../../src/jar/contents-record.ts';
import type { JarContents } from '../../src/jar/jar-contents.ts';
import type { Jar } from '../../src/jar/read-jar.ts';
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
  readonly jar: Jar;
  readonly release: string;
  readonly history: string;
}

const contentsOf = (text: string): JarContents => ({
  springBoot: text,
  buildJdk: text,
  libraries: text === '' ? [] : [{ name: text, crc: 7, bytes: 1 }],
  classes: {
    kind: 'classes',
    classes: [{ name: `a/${text.replaceAll('/', '.')}.class`, crc: 2 ** 32 - 1 }].filter(() => text !== ''),
  },
  resources: [{ name: `"key": "${text}",`, crc: 8, bytes: 2 }],
});

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
    contents: contentsOf(text),
  });
  const config = configOf({ env: `A=${index}` });
  const date = (): Date => new Date(Date.UTC(2026, 0) + 1000 * index);
  const report = await deploy(config, { ...world, date, provenance, readJar });
  assert.equal(report[0]?.outcome, 'deployed', JSON.stringify(text));
  const upload = sent.get('upload') ?? '';
  return {
    provenance,
    jar: await readJar(''),
    release: upload.slice(upload.indexOf('{\n'), upload.indexOf('\n}\n') + 3),
    history:
      sent
        .get('acquire')
        ?.replace(/^\n*/, '')
        .replace(/bye\n$/, '') ?? '',
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
const keys = [
  ...['release', 'app', 'jarSha256', 'jarBytes', 'mainClass', 'version', 'classVersion'],
  ...['springBootVersion', 'buildJdk', 'createdAt', ...Object.keys(madeProvenance)],
];

/** JSON has no half of a surrogate pair; it is spelled as an escape, and so comes back. */
const cut = (text: string): string => text.slice(0, 4000);

test('release.json gives back what it was made of, first one key a line, no line over 60,000 characters', async () => {
  for (const { release, provenance, jar } of await allRecords) {
    const read = JSON.parse(release);
    assert.deepEqual(Object.keys(read).slice(0, keys.length), keys);
    for (const [key, text] of Object.entries({ ...provenance, mainClass: jar.mainClass }))
      assert.equal(read[key], cut(text));
    const lines = release.split('\n');
    assert.deepEqual(
      lines.slice(1, 1 + keys.length).map(line => /^ {2}"([A-Za-z0-9]+)": ".*",?$/s.exec(line)?.[1]),
      keys,
    );
    for (const line of lines.slice(1 + keys.length)) assert.doesNotMatch(line, /^ *"[^"]*": "/);
    assert.ok(lines.every(line => line.length < 60_000) && release.length < 300_000);
  }
});

test('what the jar contains comes back from release.json, or is left out where a name is too long', async () => {
  for (const { release, jar } of await allRecords) {
    const { contents } = parseReleaseRecord(release) ?? assert.fail();
    const { springBoot = '', buildJdk = '', libraries = [], resources = [] } = jar.contents;
    assert.deepEqual([contents.springBoot ?? '', contents.buildJdk ?? ''], [springBoot, buildJdk].map(cut));
    const isShort = libraries.every(({ name }) => name.length < 3900);
    assert.deepEqual(contents.libraries, isShort ? libraries : undefined);
    assert.deepEqual(contents.resources, isShort ? resources : undefined);
    assert.ok(isShort ? contents.classes.kind === 'classes' : contents.classes.kind !== 'classes');
    if (isShort) assert.deepEqual(namesOf(contents.classes), namesOf(jar.contents.classes));
  }
});

/** Packages with dots: a folder's name may have some of its own. */
const namesOf = (list: ClassList): readonly string[] =>
  list.kind === 'classes'
    ? list.classes.map(({ name, crc }) => `${packageOf(name)}/${simpleName(name)} ${crc}`).toSorted()
    : assert.fail();

test('half a release.json, and one that was changed anywhere, gives what is whole and never fails', async () => {
  const texts = draw(hostile, 'half records', 200);
  for (const [index, { release, jar }] of (await allRecords).slice(0, 500).entries()) {
    const at = (index * 7919) % release.length;
    const half = parseReleaseRecord(release.slice(0, at));
    if (half !== undefined) {
      const { mainClass, release: name } = half.texts;
      assert.ok(mainClass === '' || mainClass === cut(jar.mainClass));
      assert.match(name, /^\d{8}T\d{6}Z-0a1b2c3d$/);
    }
    const hole = `${release.slice(0, at)}${texts[index % texts.length]}${release.slice(at + (index % 90))}`;
    const found = parseReleaseRecord(hole);
    if (found !== undefined) recordContents(found.contents);
  }
});

test('JSON of other types and shapes gives what is usable, or nothing', () => {
  const keysOfAll = [...keys, 'libraries', 'classes', 'packages', 'resources', '__proto__'];
  const shapes = fc.dictionary(fc.constantFrom(...keysOfAll), fc.jsonValue({ maxDepth: 3 }));
  for (const shape of draw(shapes, 'shapes', 2000)) {
    const found = parseReleaseRecord(JSON.stringify({ release: 'x', ...shape }));
    for (const text of Object.values(found?.texts ?? {})) assert.equal(typeof text, 'string');
    for (const { name, crc, bytes } of [
      ...(found?.contents.libraries ?? []),
      ...(found?.contents.resources ?? []),
    ])
      assert.ok(typeof name === 'string' && Number.isSafeInteger(crc) && Number.isSafeInteger(bytes));
  }
  for (const text of ['', 'null', '[]', '"x"', '[{"release":"x"}]', '{"release":1}', '['.repeat(200_000)])
    assert.equal(parseReleaseRecord(text), undefined);
});

test('a line of the history is one line of JSON that gives back what it was made of', async () => {
  for (const { history, provenance } of await allRecords) {
    assert.equal(history.indexOf('\n'), history.length - 1);
    const read = JSON.parse(history);
    const kept = Object.entries(provenance).map(([key, text]) => [key, text.slice(0, 400).toWellFormed()]);
    assert.deepEqual({ ...read, ...Object.fromEntries(kept) }, read);
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
      return [jarSha256, JSON.stringify(cut(provenance.actor)).slice(1, -1)];
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
      return `add_to_history "$(head -n 1 <${file}-${index})"\n`;
    });
    await runCaged(shell, cage, `set -eu; LC_ALL=C; . ${functionsFile}; history=${file}\n${added.join('')}`);
    assert.equal(readFileSync(file, 'utf8'), lines.slice(-500).join(''));
    cage.assertQuiet();
  });
}
