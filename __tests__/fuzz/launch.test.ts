import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { releaseFiles, uploadOf } from '../../src/commands/release.ts';
import { releaseRecord } from '../../src/commands/release-record.ts';
import type { Jar } from '../../src/jar/read-jar.ts';
import { shells } from '../host/host-shell.ts';
import { madeProvenance, noContents } from '../unit/made-world.ts';
import { bytesOf, fieldsOf, functionsFile, runCaged } from './caged-shell.ts';
import { makeCage } from './canary.ts';
import { hostile } from './hostile-values.ts';
import { acceptedOf, deployOf } from './judged-inputs.ts';
import { draw, rounds } from './rounds.ts';

const cage = makeCage();
const root = mkdtempSync(join(tmpdir(), 'fuzz-launch-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** Tells its own arguments and environment as the kernel was given them. */
const teller = join(root, 'teller');
writeFileSync(
  teller,
  `#!/bin/dash\ncat "/proc/$$/cmdline"\nprintf '\\001\\0'\ncat "/proc/$$/environ"\nprintf '\\002\\0'\n`,
);
chmodSync(teller, 0o755);
mkdirSync(join(root, 'java'));

interface Release {
  readonly inputs: {
    readonly env: string;
    readonly 'java-opts': string;
    readonly 'app-args': string;
    readonly java: string;
  };
  readonly color: 'blue' | 'green';
  readonly folder: string;
  readonly jar: Jar;
}

const pools = {
  env: acceptedOf('env'),
  'java-opts': acceptedOf('java-opts'),
  'app-args': acceptedOf('app-args'),
};
const javaNames = draw(fc.stringMatching(/^[A-Za-z0-9._@+-]{3,20}$/), 'java names');
const jarTexts = draw(hostile, 'jar');

/** A release as a deploy with hostile inputs sends it: what comes on stdin of `upload`, in a file. */
async function makeRelease(round: number): Promise<Release> {
  const pick = (pool: readonly string[]): string => pool[round % pool.length] ?? '';
  const java = join(root, 'java', javaNames[round] ?? 'java');
  symlinkOnce(java);
  const inputs = {
    env: pick(pools.env),
    'java-opts': pick(pools['java-opts']),
    'app-args': pick(pools['app-args']),
    java,
  };
  const config = deployOf(inputs);
  const text = jarTexts[round] ?? '';
  const jar = {
    path: 'x',
    bytes: 0,
    sha256: 'f'.repeat(64),
    mainClass: text,
    version: text,
    classVersion: 61,
    contents: noContents,
    pieces: [],
  };
  const provenance = { ...madeProvenance, repository: text, commit: text, actor: text, runUrl: text };
  const record = releaseRecord('20261122T214500Z-ffffffff', 'shop', jar, new Date(0), provenance);
  const there = { kind: 'there', release: 'there' } as const;
  const { parameters, smallFiles } = uploadOf(releaseFiles(config.launch), record, jar, there);
  const folder = join(root, `release-${round}`);
  mkdirSync(join(folder, 'work'), { recursive: true });
  writeFileSync(join(folder, 'stdin'), Buffer.concat(smallFiles));
  const sizes = ['env-bytes', 'launch-bytes', 'json-bytes'].map(name => parameters[name]);
  writeFileSync(join(folder, 'sizes'), `${sizes.join(' ')}\n`);
  return { inputs, color: round % 2 === 0 ? 'blue' : 'green', folder, jar };
}

function symlinkOnce(path: string): void {
  rmSync(path, { force: true });
  symlinkSync(teller, path);
}

/** What `take` of the stage upload makes of stdin, in one of the shells. */
const takeAll = (releases: readonly Release[]): string =>
  `set -eu; LC_ALL=C; . ${functionsFile}\n${releases
    .map(
      ({ folder }) =>
        `( read -r e l j <${folder}/sizes; exec <${folder}/stdin; take $e ${folder}/env; take $l ${folder}/launch.conf; take $j ${folder}/release.json )\n`,
    )
    .join('')}`;

const makeLauncher = `set -eu; . ${functionsFile}; app=shop blue_port=8081 green_port=8082
  blue_management_port=9001 green_management_port=9002; launcher_text`;

/** Words as a shell splits them, letter by letter, and the placeholders in them. */
function wordsOf(text: string, color: 'blue' | 'green'): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoteSign = '';
  for (const char of text) {
    if (quoteSign !== '') {
      if (char === quoteSign) quoteSign = '';
      else word += char;
    } else if (char === "'" || char === '"') {
      quoteSign = char;
      word ??= '';
    } else if (' \t\r\n'.includes(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (word !== undefined) words.push(word);
  const ports = color === 'blue' ? ['8081', '9001'] : ['8082', '9002'];
  const placeholder = /\{(port|color|management-port)\}/g;
  return words.map(one =>
    one.replace(placeholder, (_, name) =>
      name === 'color' ? color : ((name === 'port' ? ports[0] : ports[1]) ?? ''),
    ),
  );
}

/** The entries of env, line by line: what stands after the first `=` to the end of the line. */
function entriesOf(env: string): ReadonlyMap<string, string> {
  const lines = env.split('\n').map(line => (line.endsWith('\r') ? line.slice(0, -1) : line));
  return new Map(
    lines
      .filter(line => line.trim() !== '')
      .map(line => [line.slice(0, line.indexOf('=')).trimStart(), line.slice(line.indexOf('=') + 1)]),
  );
}

/** What the launcher and its shell add. */
const added =
  /^(PATH|PWD|OLDPWD|_|SHLVL|SERVER_PORT|SERVER_ADDRESS|SERVER_SHUTDOWN|MANAGEMENT_SERVER_PORT|SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE)=/;

function assertLaunched(release: Release, args: readonly string[], pairs: readonly string[]): void {
  const { inputs, color, folder } = release;
  const wanted = [
    '/bin/dash',
    inputs.java,
    ...wordsOf(inputs['java-opts'], color),
    '-jar',
    `${folder}/app.jar`,
    ...wordsOf(inputs['app-args'], color),
  ];
  assert.deepEqual(args, wanted.map(bytesOf), JSON.stringify(inputs));
  const entries = [...entriesOf(inputs.env)].map(([key, value]) => bytesOf(`${key}=${value}`));
  const keys = entries.map(one => one.slice(0, one.indexOf('=') + 1));
  const others = pairs.filter(pair => !keys.some(key => pair.startsWith(key)));
  assert.deepEqual(
    pairs.filter(pair => !others.includes(pair)).toSorted(),
    entries.toSorted(),
    JSON.stringify(inputs.env),
  );
  assert.deepEqual(
    others.filter(pair => !added.test(pair)),
    [],
    'nothing else is in the environment',
  );
  assert.ok(others.includes(`SERVER_PORT=${color === 'blue' ? 8081 : 8082}`));
}

const allReleases = (async () => {
  const releases: Release[] = [];
  for (let round = 0; round < rounds; round++) releases.push(await makeRelease(round));
  await Promise.all(
    shells.map((shell, place) =>
      runCaged(shell, cage, takeAll(releases.filter((_, index) => index % shells.length === place))),
    ),
  );
  return releases;
})();

/** Each release is taken by one of the shells and launched by another. */
for (const [place, shell] of shells.entries()) {
  test(`${shell.name}: the launcher execs java with every word and every value of env byte for byte`, async () => {
    const all = await allReleases;
    const releases = all.filter((_, index) => (index + 1) % shells.length === place);
    const launcher = join(root, `launcher-${shell.name.replaceAll(' ', '-')}`);
    writeFileSync(launcher, await runCaged(shell, cage, makeLauncher));
    const shellWords = [shell.command, ...shell.first].join(' ');
    const script = releases.map(
      ({ folder, color }) => `( cd ${folder}/work && exec ${shellWords} ${launcher} ${color} )\n`,
    );
    const fields = fieldsOf(await runCaged(shell, cage, script.join('')));
    let at = 0;
    for (const release of releases) {
      const [args, env] = [fields.indexOf('\x01', at), fields.indexOf('\x02', at)];
      assert.ok(args >= at && env > args, JSON.stringify(release.inputs));
      assertLaunched(release, fields.slice(at, args), fields.slice(args + 1, env));
      at = env + 1;
    }
    assert.equal(at, fields.length);
    cage.assertQuiet();
  });
}
