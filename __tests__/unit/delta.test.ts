import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { buildFatJar } from '../../sandbox/app/fat-jar.ts';
import { writeZip } from '../../sandbox/app/zip.ts';
import { mostPieces } from '../../src/jar/cuts.ts';
import { deltaOf } from '../../src/jar/delta.ts';
import type { Piece } from '../../src/jar/pieces.ts';
import { type HeldJar, piecesLine, readHeldJars } from '../../src/jar/pieces-list.ts';
import { type Jar, readJar } from '../../src/jar/read-jar.ts';
import { mostCopies } from '../../src/jar/recipe.ts';
import { temporaryFolder } from '../host/temporary-folder.ts';
import { stored } from './made-jars.ts';

const release = '20261122T214500Z-0a1b2c3d';
const other = '20261121T214500Z-0a1b2c3d';
const heldBy = (name: string, pieces: readonly Piece[]): readonly HeldJar[] =>
  readHeldJars([`${name} ${piecesLine(pieces).trimEnd()}`]);

let jars: { readonly old: Jar; readonly rebuilt: Jar; readonly retimed: Jar };
before(async () => {
  const time = new Date('2026-11-23T10:00:00Z');
  jars = {
    old: await readJar(await buildFatJar({ version: '1.0.0' })),
    rebuilt: await readJar(await buildFatJar({ version: '1.0.1', rebuilt: 1 })),
    retimed: await readJar(await buildFatJar({ version: '1.0.1', rebuilt: 1, time })),
  };
});

test('the pieces are the whole jar in order, each named by its sha256, and the jar has the sha256 of its bytes', () => {
  const bytes = readFileSync(jars.old.path);
  let at = 0;
  for (const piece of jars.old.pieces) {
    const own = bytes.subarray(at, at + piece.bytes);
    assert.equal(piece.hash, createHash('sha256').update(own).digest().subarray(0, 8).toString('base64url'));
    if (piece.content !== undefined) assert.ok(piece.content.equals(own));
    at += piece.bytes;
  }
  assert.equal(at, jars.old.bytes);
  assert.equal(jars.old.sha256, createHash('sha256').update(bytes).digest('hex'));
});

test('a list of pieces comes back as it was written, and is short', () => {
  const line = piecesLine(jars.old.pieces);
  assert.ok(line.length < 8000, `${line.length} bytes`);
  const [held] = readHeldJars([`${release} ${line.trimEnd()}`]);
  assert.deepEqual(
    held?.parts,
    jars.old.pieces.map(({ hash, bytes }) => ({ hash, bytes })),
  );
});

test('a jar rebuilt after a small change sends at most 2 % of its bytes, and 5 % where every time is another', () => {
  const held = heldBy(release, jars.old.pieces);
  const rebuilt = deltaOf(jars.rebuilt.pieces, held)?.bytes ?? Number.NaN;
  assert.ok(rebuilt <= jars.rebuilt.bytes * 0.02, `${rebuilt} bytes`);
  const retimed = deltaOf(jars.retimed.pieces, held)?.bytes ?? Number.NaN;
  assert.ok(retimed <= jars.retimed.bytes * 0.05, `${retimed} bytes`);
});

test('the same jar is one copy, and nothing of it is sent', () => {
  const delta = deltaOf(jars.old.pieces, heldBy(release, jars.old.pieces));
  assert.equal(delta?.recipe.toString(), `${release} 0 ${jars.old.bytes}\n`);
  assert.deepEqual(delta?.ranges, []);
});

test('a jar that another release has is found behind what the live one has of it', () => {
  const known = new Set(jars.old.pieces.map(({ hash }) => hash));
  const words = jars.rebuilt.pieces.map(({ hash, bytes }) =>
    known.has(hash) ? `${bytes}` : `${hash}${bytes}`,
  );
  const held = readHeldJars([
    `${release} ${piecesLine(jars.old.pieces).trimEnd()}`,
    `${other} ${words.join(' ')}`,
  ]);
  const delta = deltaOf(jars.rebuilt.pieces, held);
  assert.ok((delta?.bytes ?? Number.NaN) < 60_000, `${delta?.bytes} bytes`);
  assert.match(delta?.recipe.toString() ?? '', new RegExp(`^${other} [1-9]\\d* \\d+$`, 'm'));
});

test('a host without lists, or with a jar that has nothing in common, gets the whole jar', () => {
  assert.equal(deltaOf(jars.old.pieces, []), undefined);
  const strangers = jars.old.pieces.map(({ bytes }, index) => ({
    hash: `${index}`.padStart(11, '_'),
    bytes,
    content: undefined,
  }));
  assert.equal(deltaOf(jars.old.pieces, heldBy(release, strangers)), undefined);
  assert.equal(deltaOf([], heldBy(release, jars.old.pieces)), undefined);
});

test('there are at most so many copies, and the smallest are sent instead', () => {
  const pieces = Array.from(
    { length: 1000 },
    (_, index): Piece => ({ hash: `${index}`.padStart(11, '_'), bytes: 20_000 + index, content: undefined }),
  );
  const delta = deltaOf(pieces, heldBy(release, pieces.toReversed()));
  const copies = delta?.recipe.toString().match(/^\d.* (\d+)$/gm) ?? [];
  assert.equal(copies.length, mostCopies);
  assert.ok(copies.every(line => Number(line.split(' ')[2]) >= 21_000 - mostCopies));
});

test('a jar with very many entries has few pieces', async t => {
  const path = join(temporaryFolder(t), 'many.jar');
  const entries = Array.from({ length: 60_000 }, (_, index) =>
    stored(`c/${index}.class`, `${index}`.padEnd(700, 'x')),
  );
  writeFileSync(path, writeZip([stored('META-INF/MANIFEST.MF', 'Main-Class: a.B\r\n\r\n'), ...entries]));
  const { pieces } = await readJar(path);
  assert.ok(pieces.length <= mostPieces && pieces.length > mostPieces / 4, `${pieces.length} pieces`);
});

test('what a host tells of its pieces is believed in no other form, in no larger number', () => {
  const good = `${release} AAAAAAAAAAA70000`;
  for (const line of [
    '',
    release,
    `${release} `,
    `../../etc AAAAAAAAAAA70000`,
    `${release}/../x AAAAAAAAAAA70000`,
    `${release} AAAAAAAAAAA-70000`,
    `${release} AAAAAAAAAAA0`,
    `${release} AAAAAAAAAAA70000  AAAAAAAAAAA70000`,
    `${release} AAAAAAAAAAA12345678901234`,
    `${release} AAAAAAAAAAA70000\n`,
  ])
    assert.deepEqual(readHeldJars([line, good]), readHeldJars([good]), JSON.stringify(line));
  const many = readHeldJars(Array.from({ length: 50 }, () => `${release} ${'AAAAAAAAAAA1 '.repeat(5000)}1`));
  assert.ok(many.reduce((sum, { parts }) => sum + parts.length, 0) <= mostPieces * 4);
});
