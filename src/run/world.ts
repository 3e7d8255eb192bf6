import { createReadStream, readFileSync } from 'node:fs';
import { exec, getExecOutput } from '@actions/exec';
import { readConsoleHostKeys } from '../aws/console-host-keys.ts';
import { endpointTunnel } from '../aws/endpoint-tunnel.ts';
import { findHosts } from '../aws/find-host.ts';
import { writeHostKeyTag } from '../aws/host-key-tag.ts';
import { pushPublicKey } from '../aws/instance-connect.ts';
import { openPorts, surveyPorts } from '../aws/open-ports.ts';
import { writeLease } from '../commands/kept-lease.ts';
import { localCommand, localEnvironment } from '../commands/local-command.ts';
import { provenanceOf } from '../commands/provenance.ts';
import { tellExecs } from '../commands/told-session.ts';
import type { World } from '../commands/world.ts';
import { assembleProgram } from '../host/program.ts';
import { findJar } from '../jar/find-jar.ts';
import { readJar } from '../jar/read-jar.ts';
import { connect } from '../ssh/connect.ts';
import { parseHostKeys } from '../ssh/host-key.ts';
import type { Job } from './job.ts';

/** The world as it is: this job, its files, AWS, SSH. */
export function realWorld({
  env,
  workspace,
  redaction,
  actions,
  log,
  isDebug,
  signal,
  saveState,
}: Job): World {
  const now = (): number => performance.now();
  const program = assembleProgram();
  const aws = { env, tell: log.debug };
  const gitOptions = {
    cwd: workspace,
    ignoreReturnCode: true,
    silent: true,
    env: localEnvironment(env, { GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1' }),
  };
  return {
    log,
    now,
    date: () => new Date(),
    signal,
    program,
    provenance: provenanceOf(env, () => readEvent(env)),
    runCommand: async (command, added) => {
      // As of a step with `run`: what a command of the user's own says to the runner is meant.
      const tell = (line: string): void => actions.info(redaction.hide(line));
      tell(`[command]${command}`);
      return await exec('sh', localCommand(command), {
        ignoreReturnCode: true,
        silent: true,
        env: localEnvironment(env, added),
        listeners: { stdline: tell, errline: tell },
      });
    },
    runGit: words => exec('git', [...words], gitOptions).catch(() => undefined),
    readGit: async words => {
      const ended = await getExecOutput('git', [...words], gitOptions).catch(() => undefined);
      return ended?.exitCode === 0 ? ended.stdout.split('\n').filter(line => line !== '') : undefined;
    },
    findJar: pattern => findJar(pattern, workspace),
    readJar,
    openFile: (path, { from, to }) =>
      createReadStream(path, { start: from, end: to - 1, highWaterMark: 256 * 1024 }),
    pushPublicKey: (instance, user, publicLine) => pushPublicKey(instance, user, publicLine, aws),
    endpointTunnel: (instance, limits) => endpointTunnel(instance, limits, aws),
    findHosts: (target, order) => findHosts(target, order, aws),
    readConsoleHostKeys: async (id, region) =>
      parseHostKeys((await readConsoleHostKeys(id, region, aws)).join('\n')).rules,
    surveyPorts: (instance, ports) => surveyPorts(instance, ports, aws),
    openPorts: (instance, ports) => openPorts(instance, ports, aws),
    writeHostKeyTag: (instance, fingerprints) => writeHostKeyTag(instance, fingerprints, aws),
    fetch,
    connect: async (target, patience) => {
      const session = await connect(target, patience);
      return isDebug ? tellExecs(session, { log, now, program }) : session;
    },
    keepLease: lease => saveState('lease', writeLease(lease)),
  };
}

/** The parsed event that started the workflow; undefined where there is none. */
export function readEvent(env: Job['env']): unknown {
  try {
    return JSON.parse(readFileSync(env.GITHUB_EVENT_PATH ?? '', 'utf8'));
  } catch {
    return undefined;
  }
}
