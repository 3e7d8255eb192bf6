import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { deploy } from '../../src/commands/deploy.ts';
import { plan } from '../../src/commands/plan.ts';
import { rollback } from '../../src/commands/rollback.ts';
import { status } from '../../src/commands/status.ts';
import { makeWorld } from '../unit/made-world.ts';
import { commandOf, configOf, planOf, statusOf } from '../unit/valid-inputs.ts';
import { runHost, shells } from './host-shell.ts';

/** Takes each word as a restricted call does, and says which count. */
const judge =
  'app=shop stage=start fixed_file=/dev/null; tell_fixed() { :; }; for w in "$@"; do if is_callers_word "$w"; then echo "taken $w"; fi; done';

const variants: readonly Readonly<Record<string, string>>[] = [
  { app: 'shop', restricted: 'true' },
  {
    app: 'shop',
    restricted: 'true',
    'warm-up-paths': "/a?b=c&d='1'\n/c~;(x)*!$,@:%20+/",
    'java-opts': '-Xms16m -XX:MaxRAMPercentage=70',
    force: 'true',
    'health-path': '/actuator/health?q=$(id)',
    'blue-management-port': '9001',
    'green-management-port': '9002',
    'health-port': '9003',
    java: '/opt/jdk-21+35/bin/java',
    'bake-time': '14m',
    host: 'fe80::1',
  },
];

/** Every word that any command sends with `restricted`. */
async function sentWords(): Promise<ReadonlySet<string>> {
  const lost = { outcome: { kind: 'lost', why: 'no answer' } } as const;
  const words = new Set<string>();
  for (const changes of variants) {
    const { world, commands } = makeWorld({ upload: [lost] }, 2);
    await deploy(configOf(changes), world);
    const others = makeWorld({}, 3);
    const back = commandOf({ ...changes, command: 'rollback', release: '20261120T101010Z-eeeeeeee' });
    assert.ok(back.command === 'rollback');
    await rollback(back, others.world);
    await plan(planOf(changes), others.world);
    await status(statusOf(changes), others.world);
    for (const command of [...commands, ...others.commands]) {
      const [, rest = ''] = / exec sudo -n \S+ restricted shop [a-z]+ (.*)$/s.exec(command) ?? [];
      assert.notEqual(rest, '', command);
      const split = execFileSync('dash', ['-s'], { input: `printf '%s\\n' ${rest}`, encoding: 'utf8' });
      for (const word of split.split('\n').filter(one => one !== '')) words.add(word);
    }
  }
  return words;
}

const fixed = [
  'app-user blue-port green-port blue-management-port green-management-port health-port switch site server-name listen',
  'tls-certificate tls-key max-body-size proxy-timeout',
]
  .join(' ')
  .split(' ');

const refused = [
  'front-host=x/../y',
  'front-host=a@b',
  'health-path=health',
  'health-path=@evil/',
  'health-path=/a b',
  'health-path=/{a,b}',
  'health-path=/[1-9]',
  'health-path=/"',
  'health-path=/\\',
  'health-path=/a\n/b',
  'warm-up-paths=/a\noutput = "/etc/x"',
  'warm-up-paths=/a" /b',
  'warm-up-paths=a',
  'warm-up-paths=/a  /b',
  'java=./x',
  'java=../x',
  'java=x/y',
  'java=-x',
  'java=/usr/bin/a b',
  'java=/a\n/b',
  'java=',
  'release=20261122T214500Z-0a1b2c3d/../..',
  'release=..',
  'jar-at=../../etc',
  'run=0',
  'lease=08',
  'lease=-1',
  'lease=1000000000000000',
  'bake-time=08',
  'health-timeout=9999999999',
  'env-bytes=9999999',
  'jar-bytes=1e3',
  'jar-bytes=00',
  'jar-sha256=../../../../a',
  'followed=1./x',
  'followed=../1.x',
  'first=start',
  'after=inspect',
  'holder=a\npid=1',
  'holder=a\u0007',
  'rollback-reason=x\nstate=open',
  'salt=',
  'force=no',
  'confirmed-by=me',
  'app=other',
  'app',
  'deploy-user=root',
  'home=/etc',
  'PATH=/tmp',
  '--help',
  'x/;w /tmp/written;-port=1',
  'blue-port green-port=1',
  '*-port=1',
  '',
  `rollback-reason=${'x'.repeat(40_000)}`,
];

for (const shell of shells) {
  test(`${shell.name}: every word that the runner sends is taken, or is one that setup fixed`, async () => {
    const words = [...(await sentWords())];
    const { status: code, stdout } = runHost(shell, judge, words);
    assert.equal(code, 0, stdout);
    const taken = stdout.split('\n').flatMap(line => (line.startsWith('taken ') ? [line.slice(6)] : []));
    const left = words.filter(word => !taken.includes(word) && word !== 'app=shop');
    assert.ok(left.length > 5);
    for (const word of left) assert.ok(fixed.includes(word.slice(0, word.indexOf('='))), word);
    for (const word of taken) assert.ok(!fixed.includes(word.slice(0, word.indexOf('='))), word);
  });

  test(`${shell.name}: what could become another path, line, number or address is refused`, () => {
    for (const word of refused) {
      const { status: code, stdout } = runHost(shell, judge, [word]);
      assert.equal(code, 23, `${word}: ${stdout}`);
      assert.ok(!stdout.includes('taken'), word);
      assert.equal(stdout.match(/^@reason=/gm)?.length, 1, stdout);
    }
  });
}
