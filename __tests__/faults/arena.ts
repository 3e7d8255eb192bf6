import { buildJar } from '../../sandbox/app/build.ts';
import { startHost } from '../../sandbox/host.ts';
import type { ActionRun, RunOptions } from '../../sandbox/runner.ts';
import { assertDeployed, type Inputs, type Target, targetOf } from '../system/target.ts';
import { hangEnv } from './faults.ts';
import { program } from './instrument.ts';

/**
 * More than the cells of one host deploy, so that each jar is sent anew: of releases that never were live the newest is
 * kept, however old.
 */
const VERSIONS = 60;

/** A host with a live release, and versions that each differ from those before. */
export interface Arena {
  readonly target: Target;
  /** The version that is live as far as is known. */
  live: string;
  /** Deploys the next version; tells which. */
  readonly deployNext: (inputs?: Inputs, options?: RunOptions) => Started;
  /** Rolls back to the good release before, which is of that version. */
  readonly rollBackTo: (version: string, options?: RunOptions) => Started;
  /** Puts a text in the place of the installed host program; without one, the committed program. */
  readonly install: (text?: string) => Promise<void>;
}

export interface Started {
  readonly version: string;
  readonly run: Promise<ActionRun>;
}

/** Boots a host, whose disk is small and can lose its power, and deploys a first release. The caller removes `target.host`. */
export async function openArena(): Promise<Arena> {
  const target = targetOf(await startHost({ disk: '400m', fileSystem: 'ext4' }));
  let count = 0;
  const deployNext = (inputs: Inputs = {}, runOptions: RunOptions = {}): Started => {
    const version = `${(count++ % VERSIONS) + 1}`;
    const settings = { env: hangEnv, 'keep-releases': '3', 'lock-wait': '2m', timeout: '4m', ...inputs };
    return { version, run: deploy(target, version, settings, runOptions) };
  };
  const rollBackTo = (version: string, runOptions: RunOptions = {}): Started => {
    const settings = { command: 'rollback', jar: '', 'lock-wait': '2m', timeout: '4m' };
    return { version, run: target.deploy(version, settings, runOptions) };
  };
  const install = async (text = program.text): Promise<void> => {
    await target.host.sh(`cat >${program.path}.test <<'END OF THE PROGRAM'
${text}END OF THE PROGRAM
chmod 0755 ${program.path}.test; sync ${program.path}.test; mv ${program.path}.test ${program.path}; sync ${program.path}`);
  };
  const first = deployNext();
  assertDeployed(await first.run, 'blue');
  return { target, live: first.version, deployNext, rollBackTo, install };
}

async function deploy(
  target: Target,
  version: string,
  inputs: Inputs,
  options: RunOptions,
): Promise<ActionRun> {
  return await target.deploy(version, { jar: await buildJar({ version, megabytes: 2 }), ...inputs }, options);
}
