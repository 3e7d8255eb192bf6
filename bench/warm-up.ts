import { setTimeout as sleep } from 'node:timers/promises';
import { buildJar } from '../sandbox/app/build.ts';
import type { SandboxHost } from '../sandbox/host.ts';
import { startLoad } from '../sandbox/load/load.ts';
import { deploy, type HostResult } from './action.ts';
import { withHost } from './host.ts';
import type { Section } from './report.ts';
import { median } from './statistics.ts';

const PAIRS = 5;
const RATE = 100;
const FIRST_SECONDS = 5;
const WARM_UP = { 'warm-up-paths': '/work', 'warm-up-requests': '2000' };
/** The JVM's own compilers: to hold them back would hide what a warm-up is for. */
const COLD_JAVA = '-Xmx128m';

interface Measured {
  readonly warmUp: HostResult['warmUp'];
  readonly first: { readonly count: number; readonly p50Ms: number; readonly p99Ms: number };
}

/** How fast the new release answers in its first seconds, with and without warm-up. */
export async function measureWarmUp(): Promise<Section> {
  const pairs = await withHost({}, measurePairs);
  const p99 = (kind: 'without' | 'with') => median(pairs.map(pair => pair[kind].first.p99Ms));
  const p50 = (kind: 'without' | 'with') => median(pairs.map(pair => pair[kind].first.p50Ms));
  const failed = pairs.flatMap(pair => (pair.with.warmUp === undefined ? ['no warm-up was told'] : []));
  return {
    title: 'The first seconds after the switch, with and without warm-up',
    method: `${PAIRS} pairs of deploys, one without and one with \`warm-up-paths: /work\` and \`warm-up-requests: 2000\`, under ${RATE} requests a second for \`/work\` of the sample app (sorting, text, numbers, JSON, compression: much for a JIT to compile). The latencies are clients', of the requests sent in the first ${FIRST_SECONDS} s after the new release's first answer; \`java-opts: ${COLD_JAVA}\`.`,
    columns: [
      'Pair',
      'Requests',
      'Median without',
      'Median with',
      'p99 without',
      'p99 with',
      'Warm-up took',
      'Its first answer',
      'Its last ones',
    ],
    rows: pairs.map(describe),
    meaning: `The p99 of the first ${FIRST_SECONDS} s is ${milliseconds(p99('without'))} without warm-up and ${milliseconds(p99('with'))} with it, ${(p99('without') / p99('with')).toFixed(1)} times less; the median is ${milliseconds(p50('without'))} and ${milliseconds(p50('with'))} (medians of the pairs).`,
    missed: [
      ...failed,
      ...(p99('with') < p99('without') ? [] : ['the p99 with warm-up is not lower than without']),
    ],
  };
}

interface Pair {
  readonly without: Measured;
  readonly with: Measured;
}

async function measurePairs(host: SandboxHost): Promise<readonly Pair[]> {
  await deploy(host, await buildJar({ version: versionOf(0) }), { 'java-opts': COLD_JAVA });
  const pairs: Pair[] = [];
  for (let turn = 1; turn <= 2 * PAIRS; turn += 2) {
    const without = await measureDeploy(host, versionOf(turn), {});
    pairs.push({ without, with: await measureDeploy(host, versionOf(turn + 1), WARM_UP) });
  }
  return pairs;
}

/** Three versions that alternate: the release before must be another. */
function versionOf(turn: number): string {
  return `${1 + (turn % 3)}`;
}

async function measureDeploy(
  host: SandboxHost,
  version: string,
  inputs: Readonly<Record<string, string>>,
): Promise<Measured> {
  const jar = await buildJar({ version });
  const load = await startLoad(`http://${host.address}/`, {
    path: '/work',
    connections: 16,
    rate: RATE,
    postEvery: 0,
    firstSeconds: FIRST_SECONDS,
    seconds: 180,
  });
  try {
    await sleep(1000);
    const { result } = await deploy(host, jar, { 'java-opts': COLD_JAVA, ...inputs });
    await sleep(FIRST_SECONDS * 1000);
    const { versions, failed, samples } = await load.stop();
    if (failed > 0) throw new Error(`${failed} requests failed: ${JSON.stringify(samples)}`);
    const seen = versions[version];
    if (seen === undefined) throw new Error(`nothing of version ${version} was seen`);
    return { warmUp: result.warmUp, first: seen.first };
  } finally {
    await load.stop();
  }
}

function describe(pair: Pair, index: number): Section['rows'][number] {
  const { ms = 0, latency } = pair.with.warmUp ?? {};
  return [
    index + 1,
    `${pair.without.first.count}, ${pair.with.first.count}`,
    milliseconds(pair.without.first.p50Ms),
    milliseconds(pair.with.first.p50Ms),
    milliseconds(pair.without.first.p99Ms),
    milliseconds(pair.with.first.p99Ms),
    `${(ms / 1000).toFixed(1)} s`,
    milliseconds(latency?.firstMs ?? 0),
    milliseconds(latency?.lastMs ?? 0),
  ];
}

function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`;
}
