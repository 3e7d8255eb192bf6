import { type Bake, readBake } from './config/bake.ts';
import { type Health, readHealth } from './config/health.ts';
import { hasControl, Inputs, type ReadInput } from './config/inputs.ts';
import { type Launch, readLaunch } from './config/launch.ts';
import { type Ports, readPorts, refuseEqualPorts } from './config/ports.ts';
import { describeProblem, Problems } from './config/problems.ts';
import { readSite, type Site } from './config/site.ts';
import { type KeyReaders, readSsh, type Ssh } from './config/ssh.ts';
import { type AddressChoice, readTarget, type Target } from './config/target.ts';
import { readWarmUp, type WarmUp } from './config/warm-up.ts';
import { Failure, nothingContacted } from './failure.ts';

/** Everything a deploy is asked to do, checked. Durations in milliseconds. */
export interface Config {
  readonly command: 'deploy';
  readonly app: string;
  readonly jar: string;
  readonly buildCommand: string;
  readonly target: Target;
  readonly address: AddressChoice;
  readonly ssh: Ssh;
  readonly ports: Ports;
  readonly appUser: string;
  readonly launch: Launch;
  readonly health: Health;
  readonly warmUp: WarmUp | undefined;
  readonly smokeCommand: string;
  readonly switchMode: 'instant' | 'reload';
  readonly site: Site;
  readonly verifyUrl: URL | undefined;
  readonly bake: Bake;
  readonly lockWaitMs: number;
  readonly drainTimeoutMs: number;
  readonly keepReleases: number;
  readonly olderCommit: 'refuse' | 'warn';
  readonly force: boolean;
  readonly timeoutMs: number;
}

/** What reading the configuration needs of its surroundings. */
export interface Surroundings extends KeyReaders {
  readonly repository: string;
  readonly awsRegion: string;
}

/** Reads and checks every input; throws one Failure (input-invalid) that lists all problems. */
export function readConfig(read: ReadInput, around: Surroundings): Config {
  const problems = new Problems();
  const inputs = new Inputs(read, problems);
  const app = readApp(inputs, around.repository);
  const timeoutMs = inputs.duration('timeout', '10s', '6h');
  const config: Config = {
    command: inputs.oneOf('command', ['deploy']),
    app,
    jar: readJar(inputs),
    buildCommand: inputs.text('build-command'),
    target: readTarget(inputs, around.awsRegion),
    address: inputs.oneOf('address', ['auto', 'public-dns', 'public-ip', 'private-ip', 'ipv6']),
    ssh: readSsh(inputs, around),
    ports: readPorts(inputs),
    appUser: readAppUser(inputs, app),
    launch: readLaunch(inputs),
    health: readHealth(inputs),
    warmUp: readWarmUp(inputs),
    smokeCommand: inputs.text('smoke-command'),
    switchMode: inputs.oneOf('switch', ['instant', 'reload']),
    site: readSite(inputs),
    verifyUrl: inputs.optionalUrl('verify-url'),
    bake: readBake(inputs, timeoutMs),
    lockWaitMs: inputs.duration('lock-wait', '0ms', '6h'),
    drainTimeoutMs: inputs.duration('drain-timeout', '0ms', '1h'),
    keepReleases: inputs.number('keep-releases', 2, 100),
    olderCommit: inputs.oneOf('older-commit', ['refuse', 'warn']),
    force: inputs.flag('force'),
    timeoutMs,
  };
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

/** The one default made here: the repository's name, fit for a unit, folders and upstreams. */
function readApp(inputs: Inputs, repository: string): string {
  const accepted = 'a lower-case letter, then up to 30 of a-z, 0-9 and -';
  if (inputs.text('app') !== '') return inputs.matching('app', /^[a-z][a-z0-9-]{0,30}$/, accepted);
  const name = repository.slice(repository.lastIndexOf('/') + 1).toLowerCase();
  const app = name
    .replace(/[^a-z0-9]/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 31);
  if (app === '') inputs.refuse('app', `${accepted}; the repository's name gives none`);
  return app;
}

function readJar(inputs: Inputs): string {
  const jar = inputs.text('jar');
  if (jar === '' || hasControl(jar)) inputs.refuse('jar', 'a path or glob that matches exactly one file');
  return jar;
}

function readAppUser(inputs: Inputs, app: string): string {
  if (inputs.text('app-user') === '') return app;
  return inputs.matching('app-user', /^[a-z_][a-z0-9_-]{0,31}$/, 'a system user name of a-z, 0-9, _ and -');
}
