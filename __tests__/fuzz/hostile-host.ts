import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { ServerChannel } from 'ssh2';
import { writeZip } from '../../sandbox/app/zip.ts';
import { type ActionRun, runAction } from '../../sandbox/runner.ts';
import type { HostStage } from '../../src/host/stage.ts';
import { waitingShell } from '../../src/ssh/waiting-shell.ts';
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
      performRequest(command, channel, say).catch(() => channel.close());
    },
  });
  try {
    return await deployTo(host.port);
  } finally {
    await host.stop();
  }
}

const isStage = (word: string): word is HostStage => Object.hasOwn(goodAnswers, word);

/** Performs a request, or the command that a channel opened ahead is given later. */
async function performRequest(
  request: string,
  channel: ServerChannel,
  say: (stage: HostStage) => Said,
): Promise<void> {
  const stdin = new Stdin(channel);
  if (request !== waitingShell) return await perform(request, stdin, channel, say);
  const line = await stdin.readLine();
  const [, encoded] = /^eval "\$\(printf %s (\S+) \| base64 -d\)"$/.exec(line) ?? [];
  const command = encoded === undefined ? line : Buffer.from(encoded, 'base64').toString();
  await perform(command, stdin, channel, say);
}

/**
 * As a host does: `inspect` comes with the lock, whose session stays; `upload` ends when all of it came, since its
 * stdin stays open.
 */
async function perform(
  command: string,
  stdin: Stdin,
  channel: ServerChannel,
  say: (stage: HostStage) => Said,
): Promise<void> {
  const [, stage = ''] = /\/nginx-bluegreen ([a-z]+) /.exec(command) ?? [];
  const [, first = ''] = / first=([a-z]+) /.exec(command) ?? [];
  if (stage === 'upload') await stdin.skip(uploadBytes(command));
  const status = await speak(channel, stage, say);
  if (isStage(first) && status === 0)
    await write(channel, `@call-ended=${await speak(channel, first, say)}\n`);
  if (stage === 'acquire') await stdin.ended;
  channel.exit(status);
  channel.end();
}

/** Says what is to be said of a stage, and gives its status. */
async function speak(
  channel: ServerChannel,
  stage: string,
  say: (stage: HostStage) => Said,
): Promise<number> {
  if (!isStage(stage)) return 0;
  const { stdout = [], stderr = [], status = 0, isAll = status !== 0 } = say(stage);
  for (const part of stderr) await write(channel.stderr, part);
  await write(channel, `@stage=${stage}\n`);
  for (const part of stdout) await write(channel, part);
  const facts = isAll ? [] : (goodAnswers[stage].lines ?? []);
  await write(channel, facts.map(line => `${line}\n`).join(''));
  return status;
}

/** How much comes on upload's stdin: the small files, and the payload in one block with its head. */
function uploadBytes(command: string): number {
  const told = (key: string): number => Number(new RegExp(`\\b${key}-bytes=(\\d+)`).exec(command)?.[1]);
  const small = ['env', 'launch', 'json', 'pieces', 'recipe'].map(told).reduce((sum, bytes) => sum + bytes);
  return small + (told('payload') === 0 ? 0 : 32 + told('payload'));
}

/** What comes on a channel's stdin, kept until it is read. */
class Stdin {
  readonly ended: Promise<unknown>;
  readonly #channel: ServerChannel;
  #came = Buffer.alloc(0);

  constructor(channel: ServerChannel) {
    this.#channel = channel;
    this.ended = once(channel, 'end');
    channel.on('data', (chunk: Buffer) => {
      this.#came = Buffer.concat([this.#came, chunk]);
    });
  }

  /** The first line, without its end. */
  async readLine(): Promise<string> {
    await this.#until(() => this.#came.includes('\n'));
    const end = this.#came.indexOf('\n');
    const line = this.#came.subarray(0, Math.max(0, end)).toString();
    this.#came = this.#came.subarray(end + 1);
    return line;
  }

  async skip(bytes: number): Promise<void> {
    await this.#until(() => this.#came.length >= bytes);
  }

  /** Returns at the end of stdin too. */
  async #until(isThere: () => boolean): Promise<void> {
    let hasEnded = false;
    this.ended.then(() => {
      hasEnded = true;
    });
    while (!isThere() && !hasEnded) await Promise.race([once(this.#channel, 'data'), this.ended]);
  }
}

async function write(stream: NodeJS.WritableStream, part: string | Buffer): Promise<void> {
  if (part.length > 0 && !stream.write(part)) await once(stream, 'drain');
}
