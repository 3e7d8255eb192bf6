import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { deploy } from '../../src/commands/deploy.ts';
import { plan } from '../../src/commands/plan.ts';
import { rollback } from '../../src/commands/rollback.ts';
import { setup } from '../../src/commands/setup.ts';
import { status } from '../../src/commands/status.ts';
import { makeWorld } from '../unit/made-world.ts';
import { commandOf, configOf, planOf, setupOf, statusOf } from '../unit/valid-inputs.ts';
import { readText } from './action-file.ts';

const variants: readonly Readonly<Record<string, string>>[] = [
  {},
  { site: 'include', switch: 'reload' },
  { 'warm-up-paths': '/a\n/b' },
  { 'java-opts': '-Xms16m -Xmx64m', force: 'true' },
  { 'tls-certificate': '/etc/ssl/a', 'tls-key': '/etc/ssl/b' },
  { 'blue-management-port': '9001', 'green-management-port': '9002', 'health-port': '9003' },
];

/** Every parameter that any stage is called with. */
async function sentKeys(): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  const lost = { outcome: { kind: 'lost', why: 'no answer' } } as const;
  for (const changes of variants) {
    const { world, commands } = makeWorld({ upload: [lost] }, 2);
    await deploy(configOf(changes), world);
    const back = { ...changes, command: 'rollback', release: '20261120T101010Z-eeeeeeee' };
    const config = commandOf(back);
    assert.ok(config.command === 'rollback');
    const others = makeWorld({}, 4);
    await rollback(config, others.world);
    await plan(planOf(changes), others.world);
    await status(statusOf(changes), others.world);
    await setup(setupOf({ ...changes, restricted: 'true' }), others.world);
    for (const command of [...commands, ...others.commands]) {
      const [, words = ''] = / exec sudo -n \S+ [a-z]+ (.*)$/s.exec(command) ?? [];
      const split = execFileSync('dash', ['-s'], { input: `printf '%s\\n' ${words}`, encoding: 'utf8' });
      for (const word of split.split('\n').filter(one => one !== ''))
        keys.add(word.slice(0, word.indexOf('=')));
    }
  }
  return keys;
}

test('every parameter that is sent is known on the host, and every one known there is sent', async () => {
  const cases = readText('src/host/parameters.sh').matchAll(/^ {12}([a-z0-9-]+)\) [a-z0-9_]+=\$value ;;$/gm);
  const known = [...cases].map(([, key = '']) => key);
  assert.ok(known.length > 20);
  assert.deepEqual([...(await sentKeys())].toSorted(), known.toSorted());
});

test('every parameter has a value from the start, so that no stage meets an unset variable', () => {
  const text = readText('src/host/parameters.sh');
  const start = text.slice(0, text.indexOf('read_parameters()'));
  for (const [, variable = ''] of text.matchAll(/^ {12}[a-z0-9-]+\) ([a-z0-9_]+)=\$value ;;$/gm)) {
    assert.match(start, new RegExp(`(^|\\s)${variable}=`, 'm'), variable);
  }
});
