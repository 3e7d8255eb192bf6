/** The demo: see scripts/demo.sh. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { buildJar } from '../sandbox/app/build.ts';
import { startEc2 } from '../sandbox/ec2/ec2.ts';
import { type SandboxHost, startHost, whyNoSandbox } from '../sandbox/host.ts';
import { startLoad } from '../sandbox/load/load.ts';
import type { LoadResult } from '../sandbox/load/result.ts';
import { type ActionRun, runAction } from '../sandbox/runner.ts';
import { type Deployed, deploymentTable } from './demo-table.ts';

const load = { connections: 32, rate: 800, newPerSecond: 16, slow: 4, slowMs: 2000, seconds: 120 };
const say = (text: string): void => console.log(styleText('bold', text));

async function main(keep: boolean): Promise<boolean> {
  const reason = await whyNoSandbox();
  if (reason !== undefined) throw new Error(`This machine cannot start a throw-away host: ${reason}`);
  say('starting a throw-away host (the first time its system is built, about a minute) …');
  const host = await startHost();
  const ec2 = await startEc2([{ address: host.address, tags: { Role: 'web' } }]);
  try {
    say(
      `host ${host.address} is up; EC2 endpoint: ${ec2.kind === 'moto' ? 'moto_server' : "the project's own"}`,
    );
    return await deployAll(host, ec2.url);
  } finally {
    await ec2.stop();
    if (keep) await leaveRunning(host);
    else await host.remove();
  }
}

/** One deploy of the demo: what is special about it, and how it must end. */
interface Scene {
  readonly version: string;
  readonly about: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly outcome: 'deployed' | 'reverted';
}

const turnsBad = 'SAMPLE_TURN_BAD=unhealthy\nSAMPLE_TURN_BAD_AFTER_MS=2000';
const scenes: readonly Scene[] = [
  { version: '1', about: 'first deploy, nothing serves yet', inputs: {}, outcome: 'deployed' },
  { version: '2', about: 'under live load', inputs: {}, outcome: 'deployed' },
  { version: '3', about: 'watched for 3 s after it', inputs: { 'bake-time': '3s' }, outcome: 'deployed' },
  {
    version: '4',
    about: 'loses its health 2 s after the switch, and is taken back by the host',
    inputs: { 'bake-time': '60s', env: turnsBad },
    outcome: 'reverted',
  },
];

async function deployAll(host: SandboxHost, ec2Url: string): Promise<boolean> {
  const deployed: Deployed[] = [];
  for (const scene of scenes) {
    say(`\nversion ${scene.version}: ${scene.about}`);
    deployed.push(await deployOne(host, ec2Url, scene, scene === scenes[0]));
  }
  console.log(
    `\n${deploymentTable(deployed)}\n(times in ms; requests as the load generator counted them, none tried again)\n`,
  );
  const folder = await mkdtemp(join(tmpdir(), 'nginx-bluegreen-demo-'));
  const summary = join(folder, 'summary.md');
  await writeFile(summary, deployed.map(({ run }) => run.summary).join('\n'));
  console.log(`The job summaries of the runs: ${summary}`);
  return deployed.every(
    ({ run, load: result }, turn) =>
      run.outputs.outcome === scenes[turn]?.outcome && (result?.failed ?? 0) === 0,
  );
}

async function deployOne(
  host: SandboxHost,
  ec2Url: string,
  { version, inputs }: Scene,
  isFirst: boolean,
): Promise<Deployed> {
  const jar = await buildJar({ version });
  const running = isFirst ? undefined : await startLoad(`http://${host.address}`, load);
  let run: ActionRun;
  let result: LoadResult | undefined;
  try {
    run = await runAction(
      {
        app: 'shop',
        jar,
        'instance-filters': 'tag:Role=web',
        'aws-region': 'us-east-1',
        'ssh-private-key': host.privateKey,
        'ssh-host-key': host.knownHosts,
        'java-opts': '-Xmx128m',
        ...inputs,
      },
      {
        env: { AWS_ENDPOINT_URL_EC2: ec2Url, AWS_ACCESS_KEY_ID: 'demo', AWS_SECRET_ACCESS_KEY: 'demo' },
        onLine: show,
      },
    );
  } finally {
    result = await running?.stop();
  }
  return { version, run, load: result };
}

/** Prints a line of the run as a person sees it: groups as headings, no commands. */
function show(line: string): void {
  if (line.startsWith('::group::')) console.log(styleText('cyan', `▸ ${line.slice(9)}`));
  else if (line.startsWith('::error'))
    console.log(styleText('red', decodeURIComponent(line.replace(/^::[^:]*::/, ''))));
  else if (line.startsWith('::warning')) console.log(styleText('yellow', line.replace(/^::[^:]*::/, '')));
  else if (!line.startsWith('::') && line !== '') console.log(`  ${line}`);
}

async function leaveRunning(host: SandboxHost): Promise<void> {
  console.log(`The host is kept until you end this command (Ctrl-C): http://${host.address}/`);
  console.log(
    `  ssh -i ${host.privateKeyFile} -o UserKnownHostsFile=${host.knownHostsFile} ${host.user}@${host.address}`,
  );
  const timer = setInterval(() => undefined, 60_000);
  await new Promise(resolve => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  clearInterval(timer);
  await host.remove();
}

const unknown = process.argv.slice(2).filter(word => word !== '--keep');
if (unknown.length > 0) throw new Error(`unknown option ${unknown.join(' ')}; there is --keep`);
const isFine = await main(process.argv.includes('--keep'));
console.log(
  isFine
    ? 'Every deploy ended as it should and no request failed.'
    : 'A deploy or a request FAILED: see above.',
);
process.exit(isFine ? 0 : 1);
