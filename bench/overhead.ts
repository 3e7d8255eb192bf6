import { buildJar } from '../sandbox/app/build.ts';
import type { SandboxHost } from '../sandbox/host.ts';
import { deploy } from './action.ts';
import { withHost } from './host.ts';
import type { Section } from './report.ts';
import { median, ms } from './statistics.ts';

const DEPLOYS = 7;
const BOUND_MS = 2500;
const BOUND_EXECS = 6;

interface Measured {
  readonly wholeMs: number;
  readonly healthyMs: number;
  readonly drainMs: number;
  readonly overheadMs: number;
  readonly execs: number;
  readonly stages: string;
}

/** What a deploy costs beyond the app's own start and the wait for the old color's requests. */
export async function measureOverhead(): Promise<Section> {
  const measured = await withHost({}, measureDeploys);
  const times = measured.map(one => one.overheadMs);
  const middle = median(times);
  const execs = Math.max(...measured.map(one => one.execs));
  return {
    title: 'Overhead',
    method: `${DEPLOYS} deploys to an idle host after a first one, each of a new jar of 20 MB. Overhead is the whole time of the action's process without the app's start until healthy and without the drain. Execs are calls of the host program by sudo, counted in the host's journal, without \`acquire\` and \`upload\`.`,
    columns: ['Deploy', 'Whole', 'App healthy after', 'Drain', 'Overhead', 'Execs', 'Stages (ms)'],
    rows: measured.map((one, index) => [
      index + 1,
      ms(one.wholeMs),
      ms(one.healthyMs),
      ms(one.drainMs),
      ms(one.overheadMs),
      one.execs,
      one.stages,
    ]),
    meaning: `The median overhead is ${ms(middle)} (bound ${ms(BOUND_MS)}); a deploy makes at most ${execs} execs (bound ${BOUND_EXECS}).`,
    missed: [
      ...(middle > BOUND_MS ? [`median overhead is ${ms(middle)}, more than ${ms(BOUND_MS)}`] : []),
      ...(execs > BOUND_EXECS ? [`${execs} execs in one deploy, more than ${BOUND_EXECS}`] : []),
    ],
  };
}

async function measureDeploys(host: SandboxHost): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  await deploy(host, await buildJar({ version: 'overhead-0' }));
  for (let turn = 1; turn <= DEPLOYS; turn++) {
    const jar = await buildJar({ version: `overhead-${turn}` });
    const execsBefore = await countExecs(host);
    const { run, result } = await deploy(host, jar);
    const { healthyAfterMs, drain, stages } = result;
    if (healthyAfterMs === undefined || drain === undefined) throw new Error(`no times in:\n${run.log}`);
    measured.push({
      wholeMs: run.ms,
      healthyMs: healthyAfterMs,
      drainMs: drain.ms,
      overheadMs: run.ms - healthyAfterMs - drain.ms,
      execs: (await countExecs(host)) - execsBefore,
      stages: stages.map(one => `${one.stage} ${one.ms}`).join(', '),
    });
  }
  return measured;
}

async function countExecs(host: SandboxHost): Promise<number> {
  const lines = await host.sh(`journalctl --sync
journalctl -q --no-pager -o cat -t sudo | grep -E 'COMMAND=/usr/local/lib/nginx-bluegreen/' || :`);
  const called = lines.split('\n').filter(line => line !== '');
  return called.filter(line => !/\/nginx-bluegreen (acquire|upload)( |$)/.test(line)).length;
}
