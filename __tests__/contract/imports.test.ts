import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readText, tree } from './action-file.ts';

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isTypeOnly: boolean;
}

const sources = globSync('src/**/*.ts', { cwd: fileURLToPath(tree) }).filter(path => !path.endsWith('.d.ts'));

const imports: readonly Import[] = sources.flatMap(from =>
  [
    ...readText(from).matchAll(
      /^(?:import|export) (type )?(?:[^'";]*? from )?'([^']+)';|(?:await )?\bimport\(()'([^']+)'\)/gm,
    ),
  ].map(([, type, name, , lazy]) => ({ from, to: name ?? lazy ?? '', isTypeOnly: type !== undefined })),
);

/** The part of the action that a source belongs to: src/config.ts and src/config/ are `config`. */
const partOf = (path: string): string => path.replace(/^src\//, '').replace(/(\.ts|\/.*)$/, '');

const depth: Readonly<Record<string, number>> = {
  index: 0,
  run: 1,
  commands: 2,
  config: 3,
  report: 3,
  aws: 3,
  ssh: 3,
  host: 3,
  jar: 3,
  failure: 4,
};

test('imports go one way: index, run, commands, their tools, failure; tools know only the types of each other', () => {
  const local = imports.filter(({ to }) => to.startsWith('.'));
  assert.ok(local.length > 60);
  for (const { from, to, isTypeOnly } of local) {
    const [own, other] = [partOf(from), partOf(posix.join(posix.dirname(from), to))];
    const [above, below] = [depth[own], depth[other]];
    assert.ok(above !== undefined && below !== undefined, `${from}: ${to} is in no known part`);
    if (own === other) continue;
    assert.ok(above < below || (above === below && isTypeOnly), `${from} imports ${to}`);
  }
});

test('each package has its parts that import it, mostly one', () => {
  const owners: Readonly<Record<string, readonly string[]>> = {
    '@aws-sdk/client-ec2': ['aws'],
    '@aws-sdk/client-ec2-instance-connect': ['aws'],
    '@smithy/signature-v4': ['aws'],
    ws: ['aws'],
    '@smithy/types': ['aws'],
    ssh2: ['ssh'],
    'p-retry': ['ssh', 'commands', 'report'],
    '@actions/github': ['report'],
    yauzl: ['jar'],
    ms: ['config'],
    diff: ['commands'],
    '@actions/exec': ['run'],
  };
  for (const { from, to, isTypeOnly } of imports) {
    if (to.startsWith('.') || to.startsWith('node:')) continue;
    if (to === '@actions/core') assert.ok(partOf(from) === 'index' || isTypeOnly, from);
    else assert.ok(owners[to]?.includes(partOf(from)), `${from} imports ${to}`);
  }
});

test("the AWS SDK and GitHub's client are loaded only when they are needed", () => {
  const late = /^(@(aws-sdk|actions\/github|smithy\/signature-v4)|ws$|\.\/sdk\.ts$)/;
  for (const { from, to, isTypeOnly } of imports.filter(one => late.test(one.to))) {
    if (from === 'src/aws/sdk.ts') continue;
    const isLazy = readText(from).includes(`await import('${to}')`);
    assert.ok(isTypeOnly || isLazy, `${from} imports ${to}`);
  }
  assert.equal(readText('src/aws/sdk.ts').match(/^(?!\/\*\*|export \{| {2}\w+,$|\} from|$).*/m), null);
});

test('only index.ts knows the process; no module has a state that lasts', () => {
  for (const path of sources) {
    const code = readText(path)
      .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      .replace(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"/g, "''");
    if (path !== 'src/index.ts') assert.doesNotMatch(code, /\bprocess\b|\bconsole\b/, path);
    assert.doesNotMatch(readText(path), /from '(node:)?process'/, path);
    assert.doesNotMatch(code, /^(export )?(let|var) /m, path);
  }
});

test('every dependency in package.json is imported, and nothing else is', () => {
  const { dependencies } = JSON.parse(readText('package.json'));
  const used = imports.flatMap(({ to }) => (/^(\.|node:)/.test(to) ? [] : [to]));
  assert.deepEqual([...new Set(used)].toSorted(), Object.keys(dependencies).toSorted());
});
