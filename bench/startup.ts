import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { buildJar } from '../sandbox/app/build.ts';
import { type RunOptions, runAction } from '../sandbox/runner.ts';
import type { Section } from './report.ts';
import { median, ms } from './statistics.ts';

const ROUNDS = 15;

const LOGIN = {
  'ssh-private-key': generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey,
  'ssh-host-key': `SHA256:${'A'.repeat(43)}`,
};
/** A host that nothing listens on; the run ends before it would connect. */
const PLAIN = { ...LOGIN, host: '127.0.0.1', 'ssh-port': '1' };
const INSTANCE = { ...LOGIN, 'instance-id': 'i-0123456789abcdef0', 'aws-region': 'us-east-1' };

/** When a run has come so far, from its spawn on; it is ended there. */
type Milestone = (jar: string) => Promise<number>;

/** What is timed against bare Node, and how many times as long it may take. */
const MILESTONES: readonly (readonly [name: string, bound: number, reach: Milestone])[] = [
  ['first log line, `host`', 4, jar => timeFirstLine({ ...PLAIN, jar })],
  ['first log line, `instance-id`', 7, jar => timeFirstLine({ ...INSTANCE, jar })],
  ['first request to AWS, `instance-id`', 7, jar => timeFirstRequest({ ...INSTANCE, jar })],
];

/** Time until the bundle says its first word, and until AWS hears of it, against a bare `node -e 0`. */
export async function measureStartup(): Promise<Section> {
  const jar = await buildJar({ version: '1' });
  const bare: number[] = [];
  const reached = MILESTONES.map(([name, bound, reach]) => ({ name, bound, reach, times: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await timeBareNode());
    for (const { reach, times } of reached) times.push(await reach(jar));
  }
  const ratioOf = (times: readonly number[]): number => median(times) / median(bare);
  const row = (name: string, times: readonly number[], bound: string) => [
    name,
    times.length,
    ms(median(times)),
    ms(Math.min(...times)),
    ms(Math.max(...times)),
    ratioOf(times).toFixed(1),
    bound,
  ];
  return {
    title: 'Start-up',
    method: `${ROUNDS} rounds, in each one of every row: from spawn to the end of \`node -e 0\`, and from spawn to the first log line of the bundle, or to the first request that it sends to AWS.`,
    columns: ['Program', 'Runs', 'Median', 'Least', 'Most', 'Times bare Node', 'Bound'],
    rows: [
      row('`node -e 0`', bare, ''),
      ...reached.map(({ name, times, bound }) => row(`bundle, ${name}`, times, String(bound))),
    ],
    meaning:
      'The key is read and checked between the first line and the first request; the client of the SSH connection is loaded while the way to the host answers.',
    missed: reached.flatMap(({ name, times, bound }) =>
      ratioOf(times) > bound
        ? [`${name} takes ${ratioOf(times).toFixed(1)} times as long as bare Node, more than ${bound}`]
        : [],
    ),
  };
}

async function timeBareNode(): Promise<number> {
  const began = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'close');
  return performance.now() - began;
}

const timeFirstLine = (inputs: Readonly<Record<string, string>>): Promise<number> =>
  timeUntil(inputs, reached => ({ onLine: line => line.startsWith('::') || reached() }));

async function timeFirstRequest(inputs: Readonly<Record<string, string>>): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  try {
    return await timeUntil(inputs, reached => {
      server.once('request', reached);
      return {
        env: {
          AWS_ENDPOINT_URL_EC2: `http://127.0.0.1:${port}`,
          AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
          AWS_SECRET_ACCESS_KEY: 'example',
        },
      };
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Runs the bundle until `reached` is called, and ends it there. Throws when it ends without. */
async function timeUntil(
  inputs: Readonly<Record<string, string>>,
  watch: (reached: () => void) => RunOptions,
): Promise<number> {
  let began = 0;
  let took: number | undefined;
  let child = 0;
  const options = watch(() => {
    if (took !== undefined) return;
    took = performance.now() - began;
    process.kill(child, 'SIGKILL');
  });
  const run = await runAction(inputs, {
    ...options,
    onStart: pid => {
      child = pid;
      began = performance.now();
    },
  });
  if (took === undefined || !run.log.includes('nginx-bluegreen: deploy'))
    throw new Error(`the bundle did not come so far:\n${run.log}`);
  return took;
}
