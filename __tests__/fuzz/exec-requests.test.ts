import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { deploy } from '../../src/commands/deploy.ts';
import { assembleProgram } from '../../src/host/program.ts';
import { type HostShell, shells } from '../host/host-shell.ts';
import { madeProvenance, makeWorld } from '../unit/made-world.ts';
import { bytesOf, fieldsOf, functionsFile, logIn, runCaged } from './caged-shell.ts';
import { makeCage } from './canary.ts';
import { hostile } from './hostile-values.ts';
import { acceptedOf, deployOf, judge } from './judged-inputs.ts';
import { draw, rounds } from './rounds.ts';

const cage = makeCage();
const folder = mkdtempSync(join(tmpdir(), 'fuzz-program-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Inputs that travel in the exec request as they are, by the shell variable that they become on the host. */
const common: Readonly<Record<string, string>> = {
  app: 'app',
  'app-user': 'app_user',
  host: 'front_host',
  'health-path': 'health_path',
  'server-name': 'server_name',
  'tls-certificate': 'tls_certificate',
  'tls-key': 'tls_key',
  'max-body-size': 'max_body_size',
  'proxy-timeout': 'proxy_timeout',
  'blue-port': 'blue_port',
  'green-port': 'green_port',
  'health-port': 'health_port',
  listen: 'listen',
};
const ofStage = {
  // It brings the words of inspect, which comes with it.
  acquire: { java: 'java' },
  start: {
    'warm-up-paths': 'warm_up_paths',
    'warm-up-requests': 'warm_up_requests',
    'health-successes': 'health_successes',
  },
  retire: { 'keep-releases': 'keep_releases' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;
type CheckedStage = keyof typeof ofStage;

const names = [
  ...Object.keys(common),
  ...Object.values(ofStage).flatMap(own => Object.keys(own)),
  'ssh-user',
];
const pools = new Map(names.map(name => [name, acceptedOf(name)]));

interface Sent {
  readonly inputs: Readonly<Record<string, string>>;
  readonly actor: string;
  readonly commands: ReadonlyMap<string, string>;
}

/** The inputs of one deploy: of each the next accepted value; numbers that contradict each other are left out. */
function inputsOf(round: number): Readonly<Record<string, string>> {
  const all = [...pools].map(([name, pool]) => [name, pool[round % pool.length] ?? ''] as const);
  const inputs = Object.fromEntries(all);
  if (judge(inputs).kind === 'accepted') return inputs;
  return Object.fromEntries(all.filter(([name]) => !/port$|^listen$/.test(name)));
}

/** What a deploy with hostile inputs asks sshd to run, stage by stage. */
async function send(round: number, actor: string): Promise<Sent> {
  const inputs = inputsOf(round);
  const config = deployOf(inputs);
  const { world, commands } = makeWorld();
  await deploy(config, { ...world, provenance: { ...world.provenance, actor } });
  const byStage = commands.map(
    command => [/ \/opt\/program ([a-z]+) /.exec(command)?.[1] ?? '', command] as const,
  );
  return { inputs, actor, commands: new Map(byStage) };
}

/** Each round's stage and shell: every round through every shell, the stages by turns. */
const turn = (round: number, place: number): CheckedStage => {
  const stages: readonly CheckedStage[] = round % 8 === 7 ? ['retire'] : ['acquire', 'start'];
  return stages[(round + place) % stages.length] ?? 'start';
};

const variables = [
  ...Object.values(common),
  ...Object.values(ofStage).flatMap(own => Object.values(own)),
  'holder',
];
const dump = `read_parameters "$@"; printf '%s\\0' ${variables.map(name => `"$${name}"`).join(' ')}`;
/** `sudo -n PROGRAM STAGE WORD...`, as a function, so that thousands of requests are one process. */
const performer = `set -eu; LC_ALL=C; . ${functionsFile}; sudo() { shift 3; ${dump}; }\n`;

/** The variables on the host that the inputs must have become, and nothing else of them. */
function expected(sent: Sent, stage: CheckedStage): ReadonlyMap<string, string> {
  const own: Readonly<Record<string, string>> = ofStage[stage];
  const values = Object.entries({ ...common, ...own }).flatMap(([name, variable]) => {
    const value = sent.inputs[name];
    if (value === undefined) return [];
    const lines = value
      .split(/\r\n?|\n/)
      .map(line => line.trim())
      .filter(line => line !== '');
    const isNumber = /^\d+$/.test(value) && /port$|listen|successes|requests|releases/.test(name);
    return [[variable, isNumber ? String(Number(value)) : lines.join(' ')] as const];
  });
  return new Map(values);
}

function assertArrived(fields: readonly string[], sent: Sent, stage: CheckedStage): void {
  const arrived = new Map(variables.map((variable, index) => [variable, fields[index]]));
  for (const [variable, value] of expected(sent, stage))
    assert.equal(arrived.get(variable), bytesOf(value), `${variable} of ${JSON.stringify(sent.inputs)}`);
  if (stage === 'acquire') {
    const holder = `acme/shop${sent.actor ? ` by ${sent.actor}` : ''}, ${madeProvenance.runUrl} (deploy)`;
    const line = holder
      .replace(/\p{Cc}+/gu, ' ')
      .slice(0, 1000)
      .toWellFormed();
    assert.equal(arrived.get('holder'), bytesOf(line), JSON.stringify(sent.actor));
  }
}

async function sendAll(): Promise<readonly Sent[]> {
  const actors = draw(hostile, 'actor');
  const all: Sent[] = [];
  for (let begin = 0; begin < rounds; begin += 250) {
    const some = actors.slice(begin, begin + 250).map((actor, index) => send(begin + index, actor));
    all.push(...(await Promise.all(some)));
  }
  return all;
}

const allSent = sendAll();

test('no exec request is longer than a kernel takes as one argument', async () => {
  const most = Math.max(
    ...(await allSent).flatMap(({ commands }) => [...commands.values()].map(one => Buffer.byteLength(one))),
  );
  assert.ok(most < 131_072, `${most} bytes`);
  const worst = {
    'health-path': `/${"'".repeat(4095)}`,
    'warm-up-paths': `/${"'".repeat(19_999)}`,
    'server-name': Array(2048).fill('a').join(' '),
    'tls-certificate': `/${'a'.repeat(4000)}`,
    'tls-key': `/${'a'.repeat(4000)}`,
    host: 'a'.repeat(253),
    java: 'a'.repeat(4096),
  };
  const config = deployOf(worst);
  const { world, commands } = makeWorld();
  await deploy(config, world);
  for (const command of commands) assert.ok(Buffer.byteLength(command) < 131_072, `${command.length} bytes`);
});

for (const [place, shell] of shells.entries()) {
  test(`${shell.name}: what an exec request carries reaches the stage byte for byte, and none of it is executed`, async () => {
    const requests = (await allSent).map((sent, round) => {
      const stage = turn(round, place);
      const [, request = ''] =
        /; exec (?:sudo -n )?(\/opt\/program .*)$/s.exec(sent.commands.get(stage) ?? '') ?? [];
      return { sent, stage, request };
    });
    const output = await runCaged(
      shell,
      cage,
      performer + requests.map(({ request }) => `( sudo -n ${request} )\n`).join(''),
    );
    const fields = fieldsOf(output);
    assert.equal(fields.length, requests.length * variables.length, 'every value arrived once');
    for (const [index, { sent, stage }] of requests.entries())
      assertArrived(fields.slice(index * variables.length, (index + 1) * variables.length), sent, stage);
    cage.assertQuiet();
  });

  test(`${shell.name}: the whole exec request, run as sshd runs it, becomes the program with these words`, async () => {
    const some = (await allSent).slice(0, 60).map((sent, round) => ({ sent, stage: turn(round, place) }));
    const program = installDumper(shell);
    for (const { sent, stage } of some) {
      const command = (sent.commands.get(stage) ?? '')
        .replaceAll('/opt/program', program)
        .replace('exec sudo -n ', 'exec ');
      assertArrived(fieldsOf(await logIn(shell, cage, command)), sent, stage);
    }
    cage.assertQuiet();
  });
}

/** The real host program, which says what it was given in place of performing it. */
function installDumper(shell: HostShell): string {
  const place = join(folder, shell.name.replaceAll(' ', '-'));
  mkdirSync(place);
  const path = join(place, 'nginx-bluegreen');
  const text = assembleProgram().text.replace(/main "\$@"\n\}\n$/, `LC_ALL=C; shift; ${dump}\n}\n`);
  assert.ok(text.includes('printf'));
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}
