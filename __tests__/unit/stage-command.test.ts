import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { assembleProgram, type HostProgram } from '../../src/host/program.ts';
import { installCommand, programMissing, stageCommand } from '../../src/host/stage.ts';

const program: HostProgram = { text: '#!/bin/sh\n', sha256: 'abc', path: '/usr/local/lib/x/abc/x' };

test('a stage is one exec: look for the program, then become it through sudo', () => {
  const parameters = { app: 'shop', 'blue-port': 8081, holder: "it's me", 'jar-at': '' };
  assert.equal(
    stageCommand(program, 'ec2-user', 'inspect', parameters),
    "test -x /usr/local/lib/x/abc/x || exit 44; exec sudo -n /usr/local/lib/x/abc/x inspect app=shop blue-port=8081 'holder=it'\\''s me' jar-at=",
  );
});

test('root runs the program without sudo', () => {
  assert.equal(
    stageCommand(program, 'root', 'switch', {}),
    'test -x /usr/local/lib/x/abc/x || exit 44; exec /usr/local/lib/x/abc/x switch',
  );
});

test('the program is installed by one exec, written beside its place and moved there only when it is whole', () => {
  const part = '/usr/local/lib/x/abc/.part.$$';
  const script = [
    `umask 022 && mkdir -p /usr/local/lib/x/abc && cat >${part}`,
    `printf '\\''%s  %s\\n'\\'' abc ${part} | sha256sum -c --quiet`,
    `chmod 0755 ${part} && sync ${part} && mv -f ${part} /usr/local/lib/x/abc/x`,
  ]
    .join(' && ')
    .concat(` || { rm -f ${part}; exit 1; }`);
  assert.equal(installCommand(program, 'ec2-user'), `exec sudo -n sh -c '${script}'`);
  assert.equal(installCommand(program, 'root'), `exec sh -c '${script}'`);
});

test('a missing program ends with its own status, before sudo is asked', t => {
  const { status } = run(stageCommand(inFolder(t), 'nobody', 'inspect', {}), '');
  assert.equal(status, programMissing);
});

test('what was installed is executable, readable by all and the very text', t => {
  const wanted = inFolder(t);
  assert.equal(run(installCommand(wanted, 'root'), wanted.text).status, 0);
  assert.equal(readFileSync(wanted.path, 'utf8'), wanted.text);
  assert.equal(statSync(wanted.path).mode & 0o777, 0o755);
  assert.deepEqual(readdirSync(join(wanted.path, '..')), ['nginx-bluegreen']);
});

test('a program that arrived cut or changed is not installed', t => {
  const wanted = inFolder(t);
  for (const text of [wanted.text.slice(0, -1), '', wanted.text.replace('umask', 'UMASK')]) {
    assert.notEqual(run(installCommand(wanted, 'root'), text).status, 0);
    assert.ok(!existsSync(wanted.path));
  }
});

function inFolder(t: TestContext): HostProgram {
  const folder = mkdtempSync(join(tmpdir(), 'program-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const real = assembleProgram();
  return { ...real, path: join(folder, real.sha256, 'nginx-bluegreen') };
}

const run = (command: string, input: string) => spawnSync('dash', ['-c', command], { input });
