import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Delta, deltaOf } from '../../src/jar/delta.ts';
import { piecesLine, readHeldJars } from '../../src/jar/pieces-list.ts';
import { type Jar, readJar } from '../../src/jar/read-jar.ts';
import { shells } from '../host/host-shell.ts';
import { functionsFile, runCaged } from './caged-shell.ts';
import { makeCage } from './canary.ts';
import { jarPair, type OddJar, writeOddJar } from './odd-jars.ts';
import { draw, rounds } from './rounds.ts';

const cage = makeCage();
const root = mkdtempSync(join(tmpdir(), 'fuzz-rebuild-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** 2,000 in the proof, which sends 10,000 values to each input. */
const pairs = draw(jarPair, 'jar pairs', Math.ceil(rounds / 5));
const release = '20261122T214500Z-0a1b2c3d';

/** What lies on a host that is to make a jar. */
interface Scene {
  readonly folder: string;
  readonly jar: Jar;
  readonly bytes: Buffer;
  /** What the host tells of the release it has. */
  readonly told: string;
}

async function makeScene(name: string, [old, fresh]: readonly [OddJar, OddJar]): Promise<Scene> {
  const folder = join(root, name);
  const releaseFolder = join(folder, 'releases', release);
  for (const path of [releaseFolder, join(folder, 'part'), join(folder, 'scratch')])
    mkdirSync(path, { recursive: true });
  const bytes = writeOddJar(fresh);
  const [oldPath, path] = [join(releaseFolder, 'app.jar'), join(folder, 'wanted')];
  writeFileSync(oldPath, writeOddJar(old));
  writeFileSync(path, bytes);
  const told = `${release} ${piecesLine((await readJar(oldPath)).pieces).trimEnd()}`;
  return { folder, jar: await readJar(path), bytes, told };
}

/** Sends the host what it lacks of the jar. */
function send({ folder, jar, bytes }: Scene, { recipe, ranges }: Delta): void {
  writeFileSync(join(folder, 'part', 'recipe'), recipe);
  writeFileSync(
    join(folder, 'part', 'payload'),
    Buffer.concat(ranges.map(({ from, to }) => bytes.subarray(from, to))),
  );
  writeFileSync(join(folder, 'words'), `${jar.bytes} ${jar.sha256}\n`);
}

/** What the host does in each of the folders; `then` is done after it where it has made a jar, `otherwise` where it has not. */
const rebuildIn = (folders: readonly string[], then: string, otherwise: string): string =>
  `set -eu; umask 077; LC_ALL=C; . ${functionsFile}\n${folders
    .map(
      folder => `folder=${folder}; read -r jar_bytes jar_sha256 <$folder/words
releases=$folder/releases part=$folder/part scratch=$folder/scratch payload=$folder/part/payload
if rebuild_jar; then ${then}; else ${otherwise}; fi; rm -r $folder\n`,
    )
    .join('')}`;

const batch = 50;
const isEqual = 'cmp $folder/wanted $part/app.jar || echo "$folder: not equal"';
const leavesNone = '[ ! -e $part/app.jar ] || echo "$folder: left a jar"';

for (const [place, shell] of shells.entries()) {
  const own = pairs.filter((_, index) => index % shells.length === place);

  test(`${shell.name}: of two jars of any kind the host makes the second of the first and what was sent, byte for byte`, async () => {
    const all = { rebuilt: 0, bytes: 0, sent: 0, copies: 0 };
    for (let from = 0; from < own.length; from += batch) {
      const folders: string[] = [];
      for (const [index, pair] of own.slice(from, from + batch).entries()) {
        const scene = await makeScene(`${place}-${from + index}`, pair);
        const delta = deltaOf(scene.jar.pieces, readHeldJars([scene.told]));
        if (delta === undefined) continue;
        send(scene, delta);
        folders.push(scene.folder);
        all.rebuilt++;
        all.bytes += scene.jar.bytes;
        all.sent += delta.bytes;
        all.copies += delta.recipe.toString().match(/^\d/gm)?.length ?? 0;
      }
      const failed = 'echo "$folder: $rebuild_failure"';
      const said = await runCaged(shell, cage, rebuildIn(folders, isEqual, failed));
      assert.equal(said.toString(), '');
    }
    assert.ok(all.rebuilt > own.length / 3, `most jars have something in common: ${JSON.stringify(all)}`);
    assert.ok(all.copies > all.rebuilt * 2 && all.sent < all.bytes * 0.8, JSON.stringify(all));
    cage.assertQuiet();
  });

  test(`${shell.name}: whatever a host says that it has, it makes the very jar or none`, async () => {
    let [made, lies] = [0, 0];
    const some = own.slice(0, Math.ceil(own.length / 3));
    for (let from = 0; from < some.length; from += batch) {
      const folders: string[] = [];
      for (const [index, pair] of some.slice(from, from + batch).entries()) {
        const scene = await makeScene(`lies-${place}-${from + index}`, pair);
        const lie = liesAbout[(from + index) % liesAbout.length];
        const held = readHeldJars(
          lie?.(scene.told, `${release} ${piecesLine(scene.jar.pieces).trimEnd()}`) ?? [],
        );
        assert.ok(held.length <= 8, 'however much it says');
        const delta = deltaOf(scene.jar.pieces, held);
        lies++;
        if (delta === undefined) continue;
        assert.ok(delta.recipe.length < 1_000_000 && delta.bytes < scene.jar.bytes);
        send(scene, delta);
        folders.push(scene.folder);
        made++;
      }
      const said = await runCaged(shell, cage, rebuildIn(folders, isEqual, leavesNone));
      assert.equal(said.toString(), '');
    }
    assert.ok(made > lies / 4, `${made} of ${lies} lies were tried`);
    cage.assertQuiet();
  });
}

type Lie = (told: string, wanted: string) => readonly string[];

const words = (told: string): readonly string[] => told.split(' ').slice(1);
const tell = (parts: readonly string[], name = release): string => `${name} ${parts.join(' ')}`;

/** What a hostile host may say in place of the truth, or of what would suit the jar that comes. */
const liesAbout: readonly Lie[] = [
  (_, wanted) => [wanted],
  (_, wanted) => [tell(words(wanted).toReversed())],
  told => [tell(words(told).toSorted())],
  (told, wanted) => [tell([...words(told).slice(1), ...words(wanted)])],
  (told, wanted) => [tell(['9999999999999', ...words(wanted)]), told],
  (_, wanted) => [tell(words(wanted), '20991231T235959Z-ffffffff')],
  (told, wanted) => [tell(words(wanted), '../../../etc'), tell(words(wanted), `${release}/../..`), told],
  (told, wanted) => [told, ...Array<string>(7).fill(wanted)],
  (told, wanted) => [tell(words(wanted).map(word => `${word.slice(0, 11)}1`)), told],
  (told, wanted) => [tell(Array<readonly string[]>(2000).fill(words(wanted)).flat()), told],
  (told, wanted) => [
    `${told} ${words(wanted).join(' ')} `,
    `${wanted}\n`,
    tell(words(wanted)).replaceAll(' ', '  '),
  ],
  (told, wanted) => [tell(words(told).map((word, index) => words(wanted)[index] ?? word))],
];
