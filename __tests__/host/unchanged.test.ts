import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const release = '20261122T214500Z-0a1b2c3d';
const jarSha256 = '0a1b2c3d'.padEnd(64, '0');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const same = {
  live: 'blue',
  live_proof: 'proven',
  live_release: release,
  jar_sha256: jarSha256,
  env_sha256: sha256('A=1\n'),
  launch_sha256: sha256('java=java\njar\n'),
  is_site: 'true',
  is_unit: 'true',
};

for (const shell of shells)
  test(`${shell.name}: a deploy is unchanged only where proof, jar, environment, launch options, site and unit are`, t => {
    const releases = temporaryFolder(t);
    mkdirSync(join(releases, release));
    writeFileSync(join(releases, release, 'env'), 'A=1\n');
    writeFileSync(join(releases, release, 'launch.conf'), 'java=java\njar\n');
    writeFileSync(join(releases, release, 'release.json'), `{\n  "jarSha256": "${jarSha256}"\n}\n`);
    const ask = (changes: Partial<typeof same>): string => {
      const variables = Object.entries({ ...same, ...changes }).map(([name, value]) => `${name}='${value}'`);
      const stubs = 'is_site_current() { $is_site; }\nis_unit_current() { $is_unit; }';
      const script = `releases=$1 ${variables.join(' ')}\n${stubs}\nif is_unchanged; then echo yes; else echo no; fi`;
      return runHost(shell, script, [releases]).stdout.trim();
    };
    assert.equal(ask({}), 'yes');
    for (const change of [
      { live: '', live_proof: '' },
      { live_proof: '' },
      { live_release: 'none' },
      { jar_sha256: sha256('another') },
      { env_sha256: sha256('A=2\n') },
      { launch_sha256: sha256('java=java\nopt=-Xmx1g\njar\n') },
      { is_site: 'false' },
      { is_unit: 'false' },
    ])
      assert.equal(ask(change), 'no', JSON.stringify(change));
  });
