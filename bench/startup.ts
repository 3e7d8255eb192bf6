import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { buildJar } from '../sandbox/app/build.ts';
import { runAction } from '../sandbox/runner.ts';
import type { Section } from './report.ts';
import { median, ms } from './statistics.ts';

const PAIRS = 15;
const BOUND = 8;

/** A host that nothing listens on; the run ends before it would connect. */
const NOWHERE = {
  host: '127.0.0.1',
  'ssh-port': '1',
  'ssh-private-key': generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey,
  'ssh-host-key': `SHA256:${'A'.repeat(43)}`,
};

/** Time until the bundle says its first word, against a bare `node -e 0`. */
export async function measureStartup(): Promise<Section> {
  const jar = await buildJar({ version: '1' });
  const bundle: number[] = [];
  const bare: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    bare.push(await timeBareNode());
    bundle.push(await timeFirstLine(jar));
  }
  const ratio = median(bundle) / median(bare);
  const row = (name: string, times: readonly number[]) => [
    name,
    times.length,
    ms(median(times)),
    ms(Math.min(...times)),
    ms(Math.max(...times)),
  ];
  return {
    title: 'Start-up',
    method: `${PAIRS} alternating pairs: from spawn to the end of \`node -e 0\`, and from spawn to the first log line of the bundle.`,
    columns: ['Program', 'Runs', 'Median', 'Least', 'Most'],
    rows: [row('`node -e 0`', bare), row('bundle, first log line', bundle)],
    meaning: `The bundle takes ${ratio.toFixed(1)} times as long as bare Node; the bound is ${BOUND}.`,
    missed: ratio > BOUND ? [`start-up is ${ratio.toFixed(1)} times bare Node, more than ${BOUND}`] : [],
  };
}

async function timeBareNode(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  const began = performance.now();
  await once(child, 'close');
  return performance.now() - began;
}

/** The run is ended at its first line: it has nothing to connect to. */
async function timeFirstLine(jar: string): Promise<number> {
  let began = 0;
  let took: number | undefined;
  let child = 0;
  const run = await runAction(
    { ...NOWHERE, jar },
    {
      onStart: pid => {
        child = pid;
        began = performance.now();
      },
      onLine: line => {
        if (took !== undefined || line.startsWith('::')) return;
        took = performance.now() - began;
        process.kill(child, 'SIGKILL');
      },
    },
  );
  if (took === undefined || !run.log.includes('nginx-bluegreen: deploy'))
    throw new Error(`the bundle did not begin:\n${run.log}`);
  return took;
}
