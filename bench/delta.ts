import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { buildFatJar } from '../sandbox/app/fat-jar.ts';
import type { SandboxHost } from '../sandbox/host.ts';
import { type Delta, deltaOf } from '../src/jar/delta.ts';
import { piecesLine, readHeldJars } from '../src/jar/pieces-list.ts';
import { type Jar, readJar } from '../src/jar/read-jar.ts';
import { copyTo, withHost } from './host.ts';
import type { Section } from './report.ts';
import { median, percent } from './statistics.ts';
import '../scripts/shell-as-text.ts';

const { assembleProgram } = await import('../src/host/program.ts');

const RELEASE = '20261122T214500Z-0a1b2c3d';
const TIMES = 11;
/** Shares of the jar that may travel, by whether the times of its entries changed. */
const BOUNDS = { kept: 0.02, changed: 0.05 };
/** What a rebuild on the host may take: so many times a plain cp of the jar, and so much more. */
const CP_FACTOR = 1.5;
const MORE_MS = 300;

interface Rebuilt {
  readonly what: string;
  readonly share: number;
  readonly bound: number;
  readonly bytes: number;
  readonly copies: number;
  readonly cpMs: number;
  readonly rebuildMs: number;
}

/** How much of a rebuilt jar travels, and how long the host takes to make the jar of it. */
export async function measureDelta(): Promise<Section> {
  const old = await readJar(await buildFatJar({ version: '1.0.0' }));
  const held = readHeldJars([`${RELEASE} ${piecesLine(old.pieces).trimEnd()}`]);
  const time = new Date('2026-11-23T10:00:00Z');
  const cases = [
    {
      what: 'kept',
      jar: await readJar(await buildFatJar({ version: '1.0.1', rebuilt: 1 })),
      bound: BOUNDS.kept,
    },
    {
      what: 'all changed',
      jar: await readJar(await buildFatJar({ version: '1.0.1', rebuilt: 1, time })),
      bound: BOUNDS.changed,
    },
  ];
  const rebuilt = await withHost({}, async host => {
    await host.sh(`mkdir -p /srv/delta/releases/${RELEASE} /srv/delta/part /srv/delta/scratch`);
    await put(host, await buffer(createReadStream(old.path)), `releases/${RELEASE}/app.jar`);
    await put(host, Buffer.from(assembleProgram().text.replace(/main "\$@"\n\}\n$/, '}\n')), 'functions');
    const all: Rebuilt[] = [];
    for (const { what, jar, bound } of cases) {
      const delta = deltaOf(jar.pieces, held);
      if (delta === undefined) throw new Error('the jars have nothing in common');
      all.push({ what, bound, ...(await rebuild(host, jar, delta)) });
    }
    return all;
  });
  return {
    title: 'What travels of a rebuilt jar',
    method: `A jar of ${(old.bytes / 1e6).toFixed(0)} MB with 150 libraries and 500 classes, on the host as a release, and the same rebuilt with 5 other classes, another library of 300 kB and another version. The host makes the new jar by its own script, ${TIMES} times in memory (tmpfs), with its sha256 checked, and copies a jar by \`cp\` as often, by turns.`,
    columns: [
      'Times of the entries',
      'Bytes sent',
      'Share of the jar',
      'Ranges copied',
      'cp',
      'Rebuild on the host',
    ],
    rows: rebuilt.map(({ what, share, bytes, copies, cpMs, rebuildMs }) => [
      what,
      bytes,
      percent(share),
      copies,
      `${cpMs} ms`,
      `${rebuildMs} ms`,
    ]),
    meaning: `Times are medians. Bounds: ${percent(BOUNDS.kept)} and ${percent(BOUNDS.changed)} of the bytes; ${CP_FACTOR} times \`cp\` and ${MORE_MS} ms.`,
    missed: rebuilt.flatMap(({ what, share, bound, cpMs, rebuildMs }) => [
      ...(share <= bound ? [] : [`${percent(share)} of the jar travel where times are ${what}`]),
      ...(rebuildMs <= CP_FACTOR * cpMs + MORE_MS
        ? []
        : [`the rebuild takes ${rebuildMs} ms where times are ${what}, and cp ${cpMs} ms`]),
    ]),
  };
}

/** Brings bytes onto the host, below /srv/delta. */
async function put(host: SandboxHost, bytes: Buffer, path: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-delta-'));
  try {
    await writeFile(join(folder, 'file'), bytes);
    await copyTo(host, join(folder, 'file'), `/srv/delta/${path}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function rebuild(host: SandboxHost, jar: Jar, delta: Delta): Promise<Omit<Rebuilt, 'what' | 'bound'>> {
  const bytes = await buffer(createReadStream(jar.path));
  await put(host, delta.recipe, 'part/recipe');
  await put(host, Buffer.concat(delta.ranges.map(({ from, to }) => bytes.subarray(from, to))), 'payload');
  const said = await host.sh(`set -eu; LC_ALL=C; . /srv/delta/functions
releases=/srv/delta/releases part=/srv/delta/part scratch=/srv/delta/scratch payload=/srv/delta/payload jar_bytes=${jar.bytes} jar_sha256=${jar.sha256}
for round in $(seq ${TIMES}); do
  began=$(date +%s%N); cp $releases/${RELEASE}/app.jar $part/copy; echo "cp $((($(date +%s%N) - began) / 1000000))"; rm $part/copy
  began=$(date +%s%N); rebuild_jar; echo "rebuild $((($(date +%s%N) - began) / 1000000))"; rm $part/app.jar
done`);
  const middle = (kind: string): number =>
    median([...said.matchAll(new RegExp(`^${kind} (\\d+)$`, 'gm'))].map(([, ms]) => Number(ms)));
  return {
    bytes: delta.bytes,
    share: delta.bytes / jar.bytes,
    copies: delta.recipe.toString().match(/^\d/gm)?.length ?? 0,
    cpMs: middle('cp'),
    rebuildMs: middle('rebuild'),
  };
}
