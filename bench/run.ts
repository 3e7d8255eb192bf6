import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureBake } from './bake.ts';
import { measureDelta } from './delta.ts';
import { measureDistance } from './distance.ts';
import { measureFaults } from './faults.ts';
import { measureFuzz } from './fuzz.ts';
import { measureKeepaliveMinTimeout } from './keepalive-min-timeout.ts';
import { measureLoss } from './loss.ts';
import { describeMachine } from './machine.ts';
import { measureMemory } from './memory.ts';
import { measureModes } from './modes.ts';
import { measureOverhead } from './overhead.ts';
import { putSections } from './page.ts';
import { type Section, writeSection } from './report.ts';
import { measureStartup } from './startup.ts';
import { measureThroughput } from './throughput.ts';
import { measureUpload } from './upload.ts';
import { measureWarmUp } from './warm-up.ts';

const PARTS = {
  loss: measureLoss,
  modes: measureModes,
  fuzz: measureFuzz,
  'keepalive-min-timeout': measureKeepaliveMinTimeout,
  throughput: measureThroughput,
  'warm-up': measureWarmUp,
  bake: measureBake,
  distance: measureDistance,
  upload: measureUpload,
  delta: measureDelta,
  overhead: measureOverhead,
  memory: measureMemory,
  startup: measureStartup,
  faults: measureFaults,
} satisfies Readonly<Record<string, (count: number) => Promise<Section>>>;

/** What the parts that do something as often as they are told take their number from. */
const COUNTS: Readonly<Record<string, { readonly flag: 'deploys' | 'rounds'; readonly otherwise: number }>> =
  {
    modes: { flag: 'deploys', otherwise: 10 },
    'keepalive-min-timeout': { flag: 'deploys', otherwise: 10 },
    distance: { flag: 'rounds', otherwise: 3 },
    upload: { flag: 'rounds', otherwise: 3 },
    faults: { flag: 'rounds', otherwise: 10 },
  };

const USAGE = `usage: node bench/run.ts [${Object.keys(PARTS).join('|')}]... [--deploys N] [--rounds N] [--write]`;
const tree = new URL('../', import.meta.url);
const page = new URL('docs/benchmarks.md', tree);

/**
 * Runs the named parts, or all of them; `--deploys` is for each setting that is compared (10 if not given) and
 * `--rounds` for the faults (10), the distances and the upload (3). With `--write` each part's section goes into
 * docs/benchmarks.md, and what files it has beside it to their places. Ends with 1 when a bound was missed.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      deploys: { type: 'string' },
      rounds: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const given = { deploys: values.deploys, rounds: values.rounds };
  const unknown = positionals.filter(name => !Object.hasOwn(PARTS, name));
  if (
    unknown.length > 0 ||
    Object.values(given).some(count => count !== undefined && !/^[1-9]\d*$/.test(count))
  )
    throw new Error(USAGE);
  if (values.write && positionals.length === 0) await writeFile(page, '');
  let missed = false;
  for (const [name, measure] of Object.entries(PARTS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    console.error(`${new Date().toISOString()} ${name}`);
    const counted = COUNTS[name];
    const count = Number((counted && given[counted.flag]) ?? counted?.otherwise);
    const section: Section = await measure(count);
    const machine = await describeMachine(section.hostRelease);
    const command = `node bench/run.ts ${name}${counted === undefined ? '' : ` --${counted.flag} ${count}`}`;
    const written = writeSection(section, { command, date: new Date().toISOString().slice(0, 10), machine });
    console.log(written);
    if (values.write) {
      await writeFile(page, putSections(await readFile(page, 'utf8'), [written]));
      for (const [path, text] of section.files ?? []) await writeFile(new URL(path, tree), text);
    }
    missed ||= section.missed.length > 0;
  }
  if (missed) process.exitCode = 1;
}

await main();
