import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { environmentFile, launchFile } from '../../src/config/launch.ts';
import { configOf } from '../unit/valid-inputs.ts';
import { type Ended, type HostShell, run, runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What a launched app was given. */
interface Launched {
  readonly ended: Ended;
  readonly args: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly release: string;
}

interface LaunchOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly color?: string;
  readonly ports?: string;
  /** Written instead of the env file that the inputs give. */
  readonly environment?: string;
}

/** Launches a fake java, made from the inputs as a deploy would. */
function launch(t: TestContext, shell: HostShell, options: LaunchOptions): Launched {
  const release = temporaryFolder(t);
  const java = join(release, 'java');
  const out = join(release, 'out');
  writeFileSync(java, '#!/bin/sh\nprintf "%s\\0" "$@"\nprintf "\\1"\nexec env -0\n');
  chmodSync(java, 0o755);
  mkdirSync(join(release, 'work'));
  const { launch: settings } = configOf({ java, ...options.inputs });
  writeFileSync(join(release, 'env'), options.environment ?? environmentFile(settings));
  writeFileSync(join(release, 'launch.conf'), launchFile(settings));
  const make = `app=shop blue_port=8081 green_port=8082 ${options.ports ?? ''}; launcher_text`;
  writeFileSync(out, runHost(shell, make).stdout);
  const ended = run(shell, [out, options.color ?? 'blue'], '', { cwd: join(release, 'work') });
  const [args = '', env = ''] = ended.stdout.split('\u0001');
  const pairs = env.split('\0').map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  return { ended, args: args.split('\0').slice(0, -1), env: new Map(pairs), release };
}

const values = [
  'plain',
  '"x" y',
  "it's",
  'a\\b\\n',
  '  blanks  ',
  '$HOME `id` $(id) ${x',
  'a=b=c',
  '# no comment',
  '\ttab\t',
  'ünï ☕',
  '',
  '*',
  '~',
  'trailing\\',
  '{port}',
  "'; exit 1; '",
  '-n',
];

/** Names that are variables of the launcher, or that a shell might know. */
const names = [
  'port',
  'color',
  'release',
  'work',
  'java',
  'line',
  'rest',
  'replaced',
  'management_port',
  'HOME',
];

for (const shell of shells) {
  test(`${shell.name}: every value of env arrives byte for byte`, t => {
    const env = values.map((value, index) => `KEY_${index}=${value}`).join('\n');
    const launched = launch(t, shell, { inputs: { env } });
    assert.equal(launched.ended.status, 0, launched.ended.stderr);
    assert.deepEqual(
      values.map((_, index) => launched.env.get(`KEY_${index}`)),
      values,
    );
  });

  test(`${shell.name}: every option and argument arrives as the word it is, around the jar`, t => {
    const words = values.filter(value => !/[{\\'\t]/.test(value)).map(value => `'${value}'`);
    const inputs = { 'java-opts': '-Xmx1g -Da="b c"', 'app-args': words.join(' ') };
    const { args, release, ended } = launch(t, shell, { inputs });
    const own = values.filter(value => !/[{\\'\t]/.test(value));
    assert.deepEqual(args, ['-Xmx1g', '-Da=b c', '-jar', `${release}/app.jar`, ...own], ended.stderr);
  });

  test(`${shell.name}: {port}, {color} and {management-port} are replaced wherever they stand, in words alone`, t => {
    const inputs = {
      'java-opts': '-Da={port}{port}-{color} -Db={management-port}/{color}/{color}',
      'app-args': '{port} {PORT} {} {color}x',
      env: 'A={port}',
    };
    const ports = 'blue_management_port=9001 green_management_port=9002';
    const { args, env } = launch(t, shell, { inputs, color: 'green', ports });
    assert.deepEqual(args.slice(0, 2), ['-Da=80828082-green', '-Db=9002/green/green']);
    assert.deepEqual(args.slice(4), ['8082', '{PORT}', '{}', 'greenx']);
    assert.equal(env.get('A'), '{port}');
  });

  test(`${shell.name}: the app is told its port, to listen on loopback alone and to end gracefully`, t => {
    const { env } = launch(t, shell, {});
    assert.equal(env.get('SERVER_PORT'), '8081');
    assert.equal(env.get('SERVER_ADDRESS'), '127.0.0.1');
    assert.equal(env.get('SERVER_SHUTDOWN'), 'graceful');
    assert.equal(env.get('MANAGEMENT_SERVER_PORT'), undefined);
    const ports = 'blue_management_port=9001 green_management_port=9002';
    assert.equal(launch(t, shell, { ports }).env.get('MANAGEMENT_SERVER_PORT'), '9001');
  });

  test(`${shell.name}: env may set the address and the way to end, not the port`, t => {
    const { env } = launch(t, shell, {
      inputs: { env: 'SERVER_ADDRESS=0.0.0.0\nSERVER_SHUTDOWN=immediate' },
    });
    assert.equal(env.get('SERVER_ADDRESS'), '0.0.0.0');
    assert.equal(env.get('SERVER_SHUTDOWN'), 'immediate');
  });

  test(`${shell.name}: a key of env that is the name of a launcher's variable does not lead it astray`, t => {
    const env = names.map(name => `${name}=x-${name}`).join('\n');
    const launched = launch(t, shell, { inputs: { env, 'app-args': '{port} {color}' } });
    assert.equal(launched.ended.status, 0, launched.ended.stderr);
    assert.deepEqual(launched.args, ['-jar', `${launched.release}/app.jar`, '8081', 'blue']);
    assert.equal(launched.env.get('SERVER_PORT'), '8081');
    assert.deepEqual(
      names.map(name => launched.env.get(name)),
      names.map(name => `x-${name}`),
    );
  });

  test(`${shell.name}: a last line without its end is read too`, t => {
    assert.equal(launch(t, shell, { environment: 'A=1\nB=2' }).env.get('B'), '2');
  });

  test(`${shell.name}: another color is refused`, t => {
    assert.equal(launch(t, shell, { color: 'red' }).ended.status, 64);
  });
}
