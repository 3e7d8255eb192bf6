import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { ServerChannel } from 'ssh2';
import { writeZip } from '../../sandbox/app/zip.ts';
import { type ActionRun, runAction } from '../../sandbox/runner.ts';
import type { HostStage } from '../../src/host/stage.ts';
import { makeKey } from '../unit/made-keys.ts';
import { goodAnswers } from '../unit/made-world.ts';
import { startSshHost } from '../unit/ssh-host.ts';

/** What a host says of a stage, in bytes, and how it ends it. */
export interface Said {
  readonly stdout?: readonly (string | Buffer)[];
  readonly stderr?: readonly (string | Buffer)[];
  readonly status?: number;
  /** Whether a good host's facts do not follow. */
  readonly isAll?: boolean;
}

/** A run of the bundle against a host, with its output file read line by line as the runner reads it. */
export interface HostileRun extends Omit<ActionRun, 'outputs'> {
  readonly outputFile: string;
  readonly outputs: readonly (readonly [name: string, value: string])[];
}

const folder = await mkdtemp(join(tmpdir(), 'hostile-host-'));
after(() => rm(folder, { recursive: true, force: true }));
const [hostKey, userKey] = [makeKey('ed25519'), makeKey('ed25519')];
const jar = join(folder, 'shop.jar');
const manifest = Buffer.from('Manifest-Version: 1.0\r\nMain-Class: a.Main\r\n\r\n');
await writeFile(jar, writeZip([{ name: 'META-INF/MANIFEST.MF', data: manifest, method: 'deflated' }]));
let runs = 0;

/** Inputs of a deploy to a host at this port. */
const inputsFor = (port: number) => ({
  app: 'shop',
  jar,
  host: '127.0.0.1',
  'ssh-port': String(port),
  'ssh-user': 'root',
  'ssh-private-key': userKey.privateText,
  'ssh-host-key': hostKey.fingerprint,
});

/** Deploys with the committed bundle to whatever listens at the port. */
export async function deployTo(
  port: number,
  inputs: Readonly<Record<string, string>> = {},
): Promise<HostileRun> {
  const outputPath = join(folder, `output-${runs++}`);
  await writeFile(outputPath, '');
  const run = await runAction({ ...inputsFor(port), ...inputs }, { env: { GITHUB_OUTPUT: outputPath } });
  const outputFile = await readFile(outputPath, 'utf8');
  return { ...run, outputFile, outputs: readOutputs(outputFile) };
}

/** `name<<delimiter`, lines, the delimiter; throws where a line is none of these. */
function readOutputs(text: string): HostileRun['outputs'] {
  const left = text.split('\n').slice(0, -1);
  const outputs: (readonly [string, string])[] = [];
  while (left.length > 0) {
    const head = left.shift() ?? '';
    const [, name, delimiter = ''] = /^([^<]+)<<(\S+)$/.exec(head) ?? [];
    const end = left.indexOf(delimiter);
    if (name === undefined || end < 0) throw new Error(`no output begins with ${JSON.stringify(head)}`);
    outputs.push([
      name,
      left
        .splice(0, end + 1)
        .slice(0, -1)
        .join('\n'),
    ]);
  }
  return outputs;
}

/** Deploys to a real SSH server whose host answers each stage as told, with a good host's facts after it. */
export async function deployToHost(say: (stage: HostStage) => Said): Promise<HostileRun> {
  const host = await startSshHost({
    hostKey,
    userKey,
    perform: (command, channel) => {
      perform(command, channel, say).catch(() => channel.close());
    },
  });
  try {
    return await deployTo(host.port);
  } finally {
    await host.stop();
  }
}

const isStage = (word: string): word is HostStage => Object.hasOwn(goodAnswers, word);

async function perform(
  command: string,
  channel: ServerChannel,
  say: (stage: HostStage) => Said,
): Promise<void> {
  const [, stage = ''] = /\/nginx-bluegreen ([a-z]+) /.exec(command) ?? [];
  const input = once(channel.resume(), 'end');
  const { stdout = [], stderr = [], status = 0, isAll = status !== 0 } = isStage(stage) ? say(stage) : {};
  if (stage === 'upload') await input;
  for (const part of stderr) await write(channel.stderr, part);
  if (isStage(stage)) await write(channel, `@stage=${stage}\n`);
  for (const part of stdout) await write(channel, part);
  const facts = isStage(stage) && !isAll ? (goodAnswers[stage].lines ?? []) : [];
  await write(channel, facts.map(line => `${line}\n`).join(''));
  if (stage === 'acquire') await input;
  channel.exit(status);
  channel.end();
}

async function write(stream: NodeJS.WritableStream, part: string | Buffer): Promise<void> {
  if (part.length > 0 && !stream.write(part)) await once(stream, 'drain');
}
