import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureLoss } from './loss.ts';
import { describeMachine } from './machine.ts';
import { measureMemory } from './memory.ts';
import { measureModes } from './modes.ts';
import { measureOverhead } from './overhead.ts';
import { type Section, writePage, writeSection } from './report.ts';
import { measureStartup } from './startup.ts';

const PARTS = {
  loss: measureLoss,
  modes: measureModes,
  overhead: measureOverhead,
  memory: measureMemory,
  startup: measureStartup,
} satisfies Readonly<Record<string, (deploys: number) => Promise<Section>>>;

const USAGE = `usage: node bench/run.ts [${Object.keys(PARTS).join('|')}]... [--deploys N]`;
const page = new URL('../docs/benchmarks.md', import.meta.url);

/**
 * Runs the named parts, or all of them; `--deploys` is for each mode of `modes`, 20 if not given. A run of
 * all parts is written to docs/benchmarks.md. Ends with 1 when a bound was missed.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { deploys: { type: 'string' } },
    allowPositionals: true,
  });
  const deploys = Number(values.deploys ?? 20);
  const unknown = positionals.filter(name => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0 || !Number.isInteger(deploys) || deploys < 1) throw new Error(USAGE);
  const sections: Section[] = [];
  for (const [name, measure] of Object.entries(PARTS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    console.error(`${new Date().toISOString()} ${name}`);
    const section = await measure(deploys);
    sections.push(section);
    console.log(`${writeSection(section)}\n`);
  }
  if (sections.length === Object.keys(PARTS).length) {
    const command = `node bench/run.ts${values.deploys === undefined ? '' : ` --deploys ${deploys}`}`;
    await writeFile(page, writePage(await describeMachine(command), sections));
  }
  if (sections.some(({ missed }) => missed.length > 0)) process.exitCode = 1;
}

await main();
