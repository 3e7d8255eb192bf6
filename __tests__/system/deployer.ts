import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after } from 'node:test';
import type { ActionRun } from '../../sandbox/runner.ts';
import { assembleProgram } from '../../src/host/program.ts';
import type { Inputs, Target } from './target.ts';

/** A user that setup gave the right for one app alone, with its key. */
export interface Deployer {
  readonly user: string;
  /** Inputs that log in as it. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Runs a script as it over SSH with OpenSSH's own client, and gives all that it said. */
  readonly run: (script: string, options?: readonly string[]) => Promise<Said>;
}

export interface Said {
  readonly code: number;
  readonly text: string;
}

export const program = assembleProgram();

const folder = mkdtempSync(join(tmpdir(), 'deployers-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Makes a key for the deploy user of `app`; `setUp` gives it the right by the command setup, with an administrator's login. */
export function makeDeployer(
  { host, deploy }: Target,
  app: string,
): Deployer & { readonly setUp: (inputs?: Inputs) => Promise<ActionRun> } {
  const key = join(folder, app);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'a deployer', '-f', key]);
  chmodSync(key, 0o600);
  const user = `${app}-deploy`;
  const privateKey = readFileSync(key, 'utf8');
  const publicKey = readFileSync(`${key}.pub`, 'utf8');
  return {
    user,
    inputs: { app, restricted: 'true', 'ssh-user': user, 'ssh-private-key': privateKey },
    setUp: inputs =>
      deploy('none', {
        app,
        jar: '',
        command: 'setup',
        restricted: 'true',
        'deploy-public-key': publicKey,
        ...inputs,
      }),
    run: async (script, options = []) => {
      const login = ['-i', key, '-o', `UserKnownHostsFile=${host.knownHostsFile}`, '-o', 'BatchMode=yes'];
      const kept = ['ControlMaster=auto', 'ControlPersist=15', `ControlPath=${folder}/${app}-%C`];
      const words = [
        ...options,
        ...login,
        ...kept.flatMap(one => ['-o', one]),
        `${user}@${host.address}`,
        'sh -s',
      ];
      const child = spawn('ssh', words, { timeout: 60_000 });
      child.stdin.on('error', () => undefined);
      child.stdin.end(script);
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      return { code: child.exitCode ?? 255, text: `${out}${err}` };
    },
  };
}
