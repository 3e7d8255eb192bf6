import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Delta, deltaOf } from '../../src/jar/delta.ts';
import { piecesLine, readHeldJars } from '../../src/jar/pieces-list.ts';
import { readJar } from '../../src/jar/read-jar.ts';
import { shells } from '../host/host-shell.ts';
import { functionsFile, runCaged } from './caged-shell.ts';
import { makeCage } from './canary.ts';
import { jarPair, writeOddJar } from './odd-jars.ts';
import { draw, rounds } from './rounds.ts';

const cage = makeCage();
const root = mkdtempSync(join(tmpdir(), 'fuzz-rebuild-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** 2,000 in the proof, which sends 10,000 values to each input. */
const pairs = draw(jarPair, 'jar pairs', Math.ceil(rounds / 5));
const release = '20261122T214500Z-0a1b2c3d';

interface Rebuild {
  readonly folder: string;
  readonly delta: Delta | undefined;
  readonly wholeBytes: number;
}

/** What lies on the host before it rebuilds the second jar of a pair. */
async function prepare(index: number): Promise<Rebuild> {
  const folder = join(root, String(index));
  const releaseFolder = join(folder, 'releases', release);
  for (const name of [releaseFolder, join(folder, 'part'), join(folder, 'scratch')])
    mkdirSync(name, { recursive: true });
  const [old, fresh] = (pairs[index] ?? assert.fail()).map(writeOddJar);
  const [oldPath, path] = [join(releaseFolder, 'app.jar'), join(folder, 'wanted')];
  writeFileSync(oldPath, old ?? '');
  writeFileSync(path, fresh ?? '');
  const [before, jar] = [await readJar(oldPath), await readJar(path)];
  const delta = deltaOf(jar.pieces, readHeldJars([`${release} ${piecesLine(before.pieces).trimEnd()}`]));
  if (delta !== undefined && fresh !== undefined) {
    writeFileSync(join(folder, 'part', 'recipe'), delta.recipe);
    writeFileSync(
      join(folder, 'part', 'payload'),
      Buffer.concat(delta.ranges.map(({ from, to }) => fresh.subarray(from, to))),
    );
    writeFileSync(join(folder, 'words'), `${jar.bytes} ${jar.sha256}\n`);
  }
  return { folder, delta, wholeBytes: jar.bytes };
}

const rebuildAll = (folders: readonly string[]): string =>
  `set -eu; umask 077; LC_ALL=C; . ${functionsFile}\n${folders
    .map(
      folder =>
        `read -r jar_bytes jar_sha256 <${folder}/words; releases=${folder}/releases part=${folder}/part scratch=${folder}/scratch payload=${folder}/part/payload
rebuild_jar || echo "${folder}: $rebuild_failure"; cmp ${folder}/wanted ${folder}/part/app.jar || echo "${folder}: not equal"; rm -r ${folder}\n`,
    )
    .join('')}`;

for (const [place, shell] of shells.entries()) {
  test(`${shell.name}: of two jars of any kind the host makes the second of the first and what was sent, byte for byte`, async () => {
    const own = [...pairs.keys()].filter(index => index % shells.length === place);
    const all = { rebuilt: 0, bytes: 0, sent: 0, copies: 0 };
    for (let from = 0; from < own.length; from += 50) {
      const made: Rebuild[] = [];
      for (const index of own.slice(from, from + 50)) made.push(await prepare(index));
      const withDelta = made.filter(({ delta }) => delta !== undefined);
      const said = await runCaged(shell, cage, rebuildAll(withDelta.map(({ folder }) => folder)));
      assert.equal(said.toString(), '');
      for (const { delta, wholeBytes } of made) {
        if (delta === undefined) continue;
        all.rebuilt++;
        all.bytes += wholeBytes;
        all.sent += delta.bytes;
        all.copies += delta.recipe.toString().match(/^\d/gm)?.length ?? 0;
      }
    }
    assert.ok(all.rebuilt > own.length / 3, `most jars have something in common: ${JSON.stringify(all)}`);
    assert.ok(all.copies > all.rebuilt * 2 && all.sent < all.bytes * 0.8, JSON.stringify(all));
    cage.assertQuiet();
  });
}
