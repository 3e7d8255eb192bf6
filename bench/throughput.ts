import type { SandboxHost } from '../sandbox/host.ts';
import { withHost } from './host.ts';
import { readNginxCpu } from './nginx-cpu.ts';
import type { Section } from './report.ts';
import { installSites, SITES, type SiteName } from './sites.ts';
import { median, percent, quartiles, spread } from './statistics.ts';
import { runWrk, type WrkRun } from './wrk.ts';

const ROUNDS = 20;
const SECONDS = 3;
const BOUND = 1.5;
const NAMES = ['managed', 'again', 'static', 'bare', 'tutorial'] as const satisfies readonly SiteName[];

/** One site in one round; nginx's own CPU time for a request, in microseconds, hardly depends on what else runs. */
interface Round extends WrkRun {
  readonly cpuMicros: number;
}

type Rounds = Readonly<Record<SiteName, readonly Round[]>>;

/** Throughput of the managed site against the tutorial's, and what the marker check costs. */
export async function measureThroughput(): Promise<Section> {
  const rounds = await withHost({}, measureSites);
  const p99 = (name: SiteName) => median(rounds[name].map(({ p99Ms }) => p99Ms));
  const ratio = 1 / median(ratios(rounds, 'tutorial', 'perSecond'));
  const cost = costAgainst(rounds, 'static');
  const wholeCost = costAgainst(rounds, 'bare');
  const noise = Math.max(...quartiles(ratios(rounds, 'again', 'perSecond')).map(one => Math.abs(one - 1)));
  return {
    title: 'Throughput, and what the switch costs per request',
    method: `One app behind five servers of one nginx; \`wrk\` with 64 kept connections, ${ROUNDS} rounds of ${SECONDS} s on each, the servers in turn and each round beginning with another, after one round that is not counted. The marker is there, so its \`if\` is taken. The tutorial's site talks HTTP/1.0 to the app, a new connection for each request. Ratios are of the same round, and of those the median.`,
    columns: [
      'Site',
      'Requests a second, median',
      'Least',
      'Most',
      'Spread',
      'p99, median',
      "nginx's CPU per request, median",
    ],
    rows: NAMES.map(name => describe(name, rounds[name])),
    meaning: `The managed site serves ${ratio.toFixed(2)} times as many requests as the tutorial's (bound ${BOUND}), with ${(p99('managed') / p99('tutorial')).toFixed(2)} times its p99. The marker check costs ${percent(cost)} of the throughput, all that the action includes ${percent(wholeCost)}. The noise is ${percent(noise)}: the managed site and its twin differ by up to that in the middle half of the rounds. nginx's own CPU time shows what throughput hides: the check takes ${cpuBetween(rounds, 'static', 'managed')} µs more a request, all that the action includes ${cpuBetween(rounds, 'bare', 'managed')} µs, a connection of its own to the app ${cpuBetween(rounds, 'managed', 'tutorial')} µs more than the managed site in all. Spread is the most less the least, of the median.`,
    missed: [
      ...(ratio >= BOUND
        ? []
        : [`the managed site serves only ${ratio.toFixed(2)} times the tutorial's requests`]),
      ...(cost <= noise
        ? []
        : [
            `the marker check costs ${percent(cost)} of the throughput, more than the noise of ${percent(noise)}`,
          ]),
    ],
  };
}

async function measureSites(host: SandboxHost): Promise<Rounds> {
  await installSites(host);
  const rounds: Record<SiteName, Round[]> = { managed: [], again: [], static: [], bare: [], tutorial: [] };
  const measure = async (name: SiteName): Promise<Round> => {
    const before = await readNginxCpu(host);
    const run = await runWrk(`http://${host.address}:${SITES[name].port}/`, SECONDS);
    return { ...run, cpuMicros: (((await readNginxCpu(host)) - before) * 1000) / run.requests };
  };
  for (const name of NAMES) await measure(name);
  for (let round = 0; round < ROUNDS; round++) {
    const first = round % NAMES.length;
    for (const name of [...NAMES.slice(first), ...NAMES.slice(0, first)])
      rounds[name].push(await measure(name));
  }
  return rounds;
}

/** Round by round, another site's number as a multiple of the managed one's. */
function ratios(rounds: Rounds, other: SiteName, key: 'perSecond' | 'cpuMicros'): readonly number[] {
  return rounds[other].map((round, index) => round[key] / (rounds.managed[index]?.[key] ?? 0));
}

/** The share of another site's throughput that the managed one lacks. */
function costAgainst(rounds: Rounds, other: SiteName): number {
  return 1 - 1 / median(ratios(rounds, other, 'perSecond'));
}

/** How much less of nginx's CPU time a request takes at the first site than at the second, in microseconds. */
function cpuBetween(rounds: Rounds, less: SiteName, more: SiteName): string {
  const between = rounds[more].map((round, index) => round.cpuMicros - (rounds[less][index]?.cpuMicros ?? 0));
  return median(between).toFixed(1);
}

function describe(name: SiteName, runs: readonly Round[]): Section['rows'][number] {
  const rates = runs.map(({ perSecond }) => perSecond);
  return [
    SITES[name].what,
    Math.round(median(rates)),
    Math.round(Math.min(...rates)),
    Math.round(Math.max(...rates)),
    percent(spread(rates)),
    `${median(runs.map(({ p99Ms }) => p99Ms)).toFixed(1)} ms`,
    `${median(runs.map(({ cpuMicros }) => cpuMicros)).toFixed(1)} µs`,
  ];
}
