import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';

/** How a run of the bundle ended, with everything it left in the runner's files. */
export interface ActionRun {
  readonly code: number | null;
  /** stdout and stderr, line by line as they came. */
  readonly lines: readonly string[];
  /** What a person sees of them. */
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly masks: readonly string[];
  readonly peakMemoryKiB: number;
  readonly ms: number;
  /** What the post step printed; empty where it was not run. */
  readonly postLog: string;
}

export interface RunOptions {
  readonly onLine?: (line: string) => void;
  readonly env?: Readonly<Record<string, string>>;
  /** Where the job's files are. */
  readonly workspace?: string;
  /** Called with the process id once it runs. */
  readonly onStart?: (pid: number) => void;
  /** Whether the runner outlives a step that is killed, and runs its post step; after any other end it does. */
  readonly outlivesKill?: boolean;
}

const repository = new URL('..', import.meta.url).pathname;

/**
 * Runs the committed bundle as the runner does: a folder with nothing but action.yml and dist, the
 * inputs as INPUT_ variables with the defaults of action.yml, the command files, no other variables.
 */
export async function runAction(
  inputs: Readonly<Record<string, string>>,
  options: RunOptions = {},
): Promise<ActionRun> {
  const folder = await mkdtemp(join(tmpdir(), 'bluegreen-run-'));
  try {
    return await runIn(folder, inputs, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runIn(
  folder: string,
  inputs: Readonly<Record<string, string>>,
  options: RunOptions,
): Promise<ActionRun> {
  const action = join(folder, 'action');
  await mkdir(action);
  for (const part of ['action.yml', 'dist'])
    await cp(join(repository, part), join(action, part), { recursive: true });
  const files = Object.fromEntries(
    ['OUTPUT', 'STATE', 'STEP_SUMMARY', 'ENV', 'PATH'].map(name => [`GITHUB_${name}`, join(folder, name)]),
  );
  for (const path of Object.values(files)) await writeFile(path, '');

  const began = performance.now();
  const cwd = options.workspace ?? folder;
  const env = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: folder,
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: cwd,
    GITHUB_REPOSITORY: 'sample/shop',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_ACTOR: 'octocat',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_WORKFLOW_REF: 'sample/shop/.github/workflows/deploy.yml@refs/heads/main',
    GITHUB_RUN_ID: '42',
    GITHUB_RUN_NUMBER: '2',
    GITHUB_RUN_ATTEMPT: '1',
    ...files,
    ...(await inputVariables(inputs)),
    ...options.env,
  };
  const child = spawn(process.execPath, [join(action, 'dist/index.cjs')], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) options.onStart?.(child.pid);
  const lines: string[] = [];
  let peakMemoryKiB = 0;
  const sampler = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peakMemoryKiB = Math.max(peakMemoryKiB, Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0));
  }, 50);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', line => {
      lines.push(line);
      options.onLine?.(line);
    });
  }
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('close', resolve).once('error', reject);
  const code = await promise.finally(() => clearInterval(sampler));
  const ms = performance.now() - began;
  const post = code !== null || options.outlivesKill === true;
  const state = stateVariables(await readFile(files.GITHUB_STATE ?? '', 'utf8'));
  const postLog = post ? await runPost(action, cwd, { ...env, ...state }) : '';
  return {
    code,
    lines,
    log: lines.filter(line => !/^::(debug|add-mask)::/.test(line)).join('\n'),
    outputs: parseOutputs(await readFile(join(folder, 'OUTPUT'), 'utf8')),
    summary: await readFile(join(folder, 'STEP_SUMMARY'), 'utf8'),
    masks: lines.flatMap(line => (line.startsWith('::add-mask::') ? [line.slice(12)] : [])),
    peakMemoryKiB,
    ms,
    postLog,
  };
}

/** Runs the step that action.yml names as post, as the runner does with the state of the main one. */
async function runPost(action: string, cwd: string, env: Readonly<Record<string, string>>): Promise<string> {
  const metadata: ActionMetadata = parse(await readFile(join(repository, 'action.yml'), 'utf8'));
  const child = spawn(process.execPath, [join(action, metadata.runs.post)], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return said + complained;
}

/** GITHUB_STATE as the variables of the post step. */
const stateVariables = (state: string): Record<string, string> =>
  Object.fromEntries(Object.entries(parseOutputs(state)).map(([name, value]) => [`STATE_${name}`, value]));

interface ActionMetadata {
  readonly runs: { readonly post: string };
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
}

/** INPUT_ variables: the given inputs over the defaults of action.yml; an input that is not there is refused. */
async function inputVariables(inputs: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const metadata: ActionMetadata = parse(await readFile(join(repository, 'action.yml'), 'utf8'));
  for (const name of Object.keys(inputs))
    if (!Object.hasOwn(metadata.inputs, name)) throw new Error(`action.yml has no input ${name}`);
  return Object.fromEntries(
    Object.entries(metadata.inputs).map(([name, { default: value }]) => [
      `INPUT_${name.toUpperCase()}`,
      inputs[name] ?? value ?? '',
    ]),
  );
}

/** GITHUB_OUTPUT: `name<<delimiter`, lines, `delimiter`. */
function parseOutputs(text: string): Record<string, string> {
  const entries = [...text.matchAll(/^([^<\n]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)];
  return Object.fromEntries(entries.map(([, name = '', , value = '']) => [name, value]));
}
