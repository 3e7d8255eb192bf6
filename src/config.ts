import { type AddressOrder, readAddressOrder } from './config/address.ts';
import { appOf } from './config/app.ts';
import { type Health, readHealth } from './config/health.ts';
import { hasControl, Inputs, type ReadInput } from './config/inputs.ts';
import { type NewReleaseConfig, readNewRelease } from './config/new-release.ts';
import { type Ports, readPorts, refuseEqualPorts } from './config/ports.ts';
import { describeProblem, Problems } from './config/problems.ts';
import { type Return, readReturn } from './config/rollback.ts';
import { readSetup, type Setup } from './config/setup.ts';
import { readSite, type Site } from './config/site.ts';
import { type KeyReaders, readSsh, type Ssh } from './config/ssh.ts';
import { readSwitching, type Switching } from './config/switch.ts';
import { readTarget, type Target } from './config/target.ts';
import { Failure, nothingContacted } from './failure.ts';

export const commands = ['deploy', 'rollback', 'plan', 'status', 'setup'] as const;
export type Command = (typeof commands)[number];

/** The command of that name; a deploy where there is none. */
export const commandOf = (name: string): Command => commands.find(one => one === name) ?? 'deploy';

/** What every command needs to know of the app and its host. Durations in milliseconds. */
export interface HostConfig {
  readonly command: Command;
  readonly app: string;
  readonly target: Target;
  readonly address: AddressOrder;
  readonly ssh: Ssh;
  readonly ports: Ports;
  readonly appUser: string;
  readonly health: Health;
  readonly switchMode: 'instant' | 'reload';
  readonly site: Site;
  /** Whether the login is a user with the right for this app alone; of setup, whether one is to be made. */
  readonly isRestricted: boolean;
  readonly timeoutMs: number;
}

/** What a command that moves the traffic is asked to do. */
export type SwitchConfig = HostConfig & Switching;
export type DeployConfig = SwitchConfig & NewReleaseConfig & { readonly command: 'deploy' };
export type RollbackConfig = SwitchConfig & Return & { readonly command: 'rollback' };
export type PlanConfig = SwitchConfig &
  NewReleaseConfig & {
    readonly command: 'plan';
    /** With what right the plan is told on the pull request; undefined is not at all. */
    readonly comment: { readonly token: string } | undefined;
  };
export type StatusConfig = HostConfig & { readonly command: 'status' };
export type SetupConfig = HostConfig & Setup & { readonly command: 'setup' };

/** What a command is asked to do, checked. */
export type Config = DeployConfig | RollbackConfig | PlanConfig | StatusConfig | SetupConfig;

/** What reading the configuration needs of its surroundings. */
export interface Surroundings extends KeyReaders {
  readonly repository: string;
  readonly awsRegion: string;
}

/** Reads and checks every input; throws one Failure (input-invalid) that lists all problems. */
export function readConfig(read: ReadInput, around: Surroundings): Config {
  const problems = new Problems();
  const inputs = new Inputs(read, problems);
  const config = readCommand(inputs, around);
  refuseEqualPorts(inputs, config.ports, config.site.listen, config.health.port);
  if (problems.list.length > 0) {
    const count = problems.list.length === 1 ? 'One input is' : `${problems.list.length} inputs are`;
    throw new Failure({
      reason: 'input-invalid',
      message: `${count} not valid:\n${problems.list.map(problem => `  - ${describeProblem(problem)}`).join('\n')}`,
      traffic: nothingContacted,
      remedy: 'Correct the inputs in the workflow; docs/inputs.md describes each.',
    });
  }
  return config;
}

function readCommand(inputs: Inputs, around: Surroundings): Config {
  const command = inputs.oneOf('command', commands);
  const host = readHost(inputs, around);
  switch (command) {
    case 'deploy':
      return { ...host, ...readSwitching(inputs, host.timeoutMs), ...readNewRelease(inputs, true), command };
    case 'rollback':
      return { ...host, ...readSwitching(inputs, host.timeoutMs), ...readReturn(inputs), command };
    case 'plan': {
      const release = readNewRelease(inputs, false);
      const comment = readComment(inputs);
      return { ...host, ...readSwitching(inputs, host.timeoutMs), ...release, comment, command };
    }
    case 'status':
      return { ...host, command };
    case 'setup':
      return { ...host, ...readSetup(inputs, host.app), command };
  }
}

function readHost(inputs: Inputs, around: Surroundings): Omit<HostConfig, 'command'> {
  const app = readApp(inputs, around.repository);
  const ssh = readSsh(inputs, around);
  return {
    app,
    target: readTarget(inputs, around.awsRegion),
    address: readAddressOrder(inputs, ssh.route),
    ssh,
    ports: readPorts(inputs),
    appUser: readAppUser(inputs, app),
    health: readHealth(inputs),
    switchMode: inputs.oneOf('switch', ['instant', 'reload']),
    site: readSite(inputs),
    isRestricted: inputs.flag('restricted'),
    timeoutMs: inputs.duration('timeout', '10s', '6h'),
  };
}

function readApp(inputs: Inputs, repository: string): string {
  const accepted = 'a lower-case letter, then up to 30 of a-z, 0-9 and -';
  if (inputs.text('app') !== '') return inputs.matching('app', /^[a-z][a-z0-9-]{0,30}$/, accepted);
  const app = appOf('', repository);
  if (app === '') inputs.refuse('app', `${accepted}; the repository's name gives none`);
  return app;
}

function readAppUser(inputs: Inputs, app: string): string {
  if (inputs.text('app-user') === '') return app;
  return inputs.matching('app-user', /^[a-z_][a-z0-9_-]{0,31}$/, 'a system user name of a-z, 0-9, _ and -');
}

function readComment(inputs: Inputs): PlanConfig['comment'] {
  const token = inputs.text('github-token');
  if (!inputs.flag('comment')) return undefined;
  if (token === '' || hasControl(token))
    inputs.refuseSecret('github-token', 'a token of one line; or comment: false');
  return { token };
}
