import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureBake } from './bake.ts';
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
import { measureWarmUp } from './warm-up.ts';

const PARTS = {
  loss: measureLoss,
  modes: measureModes,
  'keepalive-min-timeout': measureKeepaliveMinTimeout,
  throughput: measureThroughput,
  'warm-up': measureWarmUp,
  bake: measureBake,
  overhead: measureOverhead,
  memory: measureMemory,
  startup: measureStartup,
} satisfies Readonly<Record<string, (deploys: number) => Promise<Section>>>;

/** The parts that deploy as often as `--deploys` says. */
const COUNTED: readonly string[] = ['modes', 'keepalive-min-timeout'];

const USAGE = `usage: node bench/run.ts [${Object.keys(PARTS).join('|')}]... [--deploys N] [--write]`;
const page = new URL('../docs/benchmarks.md', import.meta.url);

/**
 * Runs the named parts, or all of them; `--deploys` is for each setting that is compared, 10 if not given. With
 * `--write` each part's section goes into docs/benchmarks.md. Ends with 1 when a bound was missed.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { deploys: { type: 'string' }, write: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const deploys = Number(values.deploys ?? 10);
  const unknown = positionals.filter(name => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0 || !Number.isInteger(deploys) || deploys < 1) throw new Error(USAGE);
  if (values.write && positionals.length === 0) await writeFile(page, '');
  let missed = false;
  for (const [name, measure] of Object.entries(PARTS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    console.error(`${new Date().toISOString()} ${name}`);
    const section: Section = await measure(deploys);
    const machine = await describeMachine(section.hostRelease);
    const command = `node bench/run.ts ${name}${COUNTED.includes(name) ? ` --deploys ${deploys}` : ''}`;
    const written = writeSection(section, { command, date: new Date().toISOString().slice(0, 10), machine });
    console.log(written);
    if (values.write) await writeFile(page, putSections(await readFile(page, 'utf8'), [written]));
    missed ||= section.missed.length > 0;
  }
  if (missed) process.exitCode = 1;
}

await main();
