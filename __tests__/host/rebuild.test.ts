import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Ended, type HostShell, runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const release = '20261122T214500Z-0a1b2c3d';
const linked = '20261121T214500Z-0a1b2c3d';
const without = '20261120T214500Z-0a1b2c3d';
const old = Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 7) % 256));

interface Scene {
  readonly folder: string;
  rebuild(shell: HostShell, recipe: string | Buffer, payload: string, wanted: Buffer): Ended;
  readonly jar: string;
}

function makeScene(t: TestContext): Scene {
  const folder = temporaryFolder(t);
  for (const name of [`releases/${release}`, `releases/${linked}`, `releases/${without}`, 'part', 'scratch'])
    mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'releases', release, 'app.jar'), old);
  writeFileSync(join(folder, 'secret'), old);
  symlinkSync(join(folder, 'secret'), join(folder, 'releases', linked, 'app.jar'));
  const jar = join(folder, 'part', 'app.jar');
  return {
    folder,
    jar,
    rebuild: (shell, recipe, payload, wanted) => {
      writeFileSync(join(folder, 'part', 'recipe'), recipe);
      writeFileSync(join(folder, 'payload'), payload);
      const sha256 = createHash('sha256').update(wanted).digest('hex');
      return runHost(
        shell,
        'releases=$1/releases part=$1/part scratch=$1/scratch payload=$1/payload jar_bytes=$2 jar_sha256=$3; if rebuild_jar; then echo made; else echo "$rebuild_failure"; fi',
        [folder, String(wanted.length), sha256],
      );
    },
  };
}

const misfits = /^its recipe does not fit what the host has: (.*)\n$/;

for (const shell of shells) {
  test(`${shell.name}: a jar is made of ranges of a release's jar, of what was sent, and of bytes in the recipe`, t => {
    const scene = makeScene(t);
    const wanted = Buffer.concat([
      old.subarray(1000, 2500),
      Buffer.from('sent'),
      Buffer.from([0, 255, 37, 92, 10]),
      old.subarray(0, 1),
      Buffer.from(' too'),
    ]);
    const recipe = `${release} 1000 1500\npayload 4\ntext \\000\\377\\045\\134\\012\n${release} 0 1\npayload 4\n`;
    assert.deepEqual(scene.rebuild(shell, recipe, 'sent too', wanted), {
      status: 0,
      stdout: 'made\n',
      stderr: '',
    });
    assert.ok(readFileSync(scene.jar).equals(wanted));
  });

  test(`${shell.name}: a whole jar that is there already takes nothing that was sent`, t => {
    const scene = makeScene(t);
    assert.equal(scene.rebuild(shell, `${release} 0 3000\n`, '', old).stdout, 'made\n');
  });

  test(`${shell.name}: a recipe that makes another jar than was announced leaves none`, t => {
    const scene = makeScene(t);
    const { stdout } = scene.rebuild(shell, `${release} 0 3000\n`, '', Buffer.alloc(3000));
    assert.equal(stdout, 'what the host made of it has another sha256\n');
    assert.ok(!existsSync(scene.jar));
  });

  test(`${shell.name}: a recipe is refused before anything is read where it is odd, reaches beyond a jar, or out of the releases`, t => {
    const scene = makeScene(t);
    const size = 3000;
    const odd = 'it has lines that are no steps';
    const refused: Readonly<Record<string, string>> = {
      '': odd,
      '\n': odd,
      [`${release} 0 3000`]: odd,
      [`${release} 0 3000\n\n`]: odd,
      [`${release}  0 3000\n`]: odd,
      [`${release} 0 3000 \n`]: odd,
      [`${release} 00 3000\n`]: odd,
      [`${release} -1 3000\n`]: odd,
      [`${release} 0 0\n${release} 0 3000\n`]: odd,
      [`${release} 0 30000000000000\n`]: odd,
      [`${release} 0 3000\n\0`]: odd,
      [`${release} 0 3000\0\n`]: odd,
      [`../releases/${release} 0 3000\n`]: odd,
      [`${release}/../../secret 0 3000\n`]: odd,
      [`${release}/ 0 3000\n`]: odd,
      '../../../etc/passwd 0 3000\n': odd,
      '. 0 3000\n': odd,
      [`$(touch ${scene.folder}/canary) 0 3000\n`]: odd,
      'text %s%n\n': odd,
      'text \\400\n': odd,
      'text \\0123\n': odd,
      'text \\c\n': odd,
      'text\n': odd,
      'payload\n': odd,
      'payload 0\n': odd,
      [`payload 1 ;touch ${scene.folder}/canary\n`]: odd,
      [`${linked} 0 3000\n`]: `${linked} has no jar here`,
      [`${without} 0 3000\n`]: `${without} has no jar here`,
      '20000101T000000Z-00000000 0 3000\n': '20000101T000000Z-00000000 has no jar here',
      [`${release} 1 3000\n`]: 'its steps do not make the jar',
      [`${release} 3000 3000\n`]: 'its steps do not make the jar',
      [`${release} 9999999999999 3000\n`]: 'its steps do not make the jar',
      [`${release} 0 2999\n`]: 'its steps do not make the jar',
      [`${release} 0 2999\npayload 1\n`]: 'its steps do not make the jar',
      [`${release} 0 3\n`.repeat(1000)]: 'made',
      [`${release} 0 3\n`.repeat(1001)]: 'it has 1001 steps',
    };
    for (const [recipe, why] of Object.entries(refused)) {
      const wanted =
        why === 'made' ? Buffer.concat(Array(1000).fill(old.subarray(0, 3))) : Buffer.alloc(size);
      const { status, stdout, stderr } = scene.rebuild(shell, recipe, '', wanted);
      assert.equal(stderr, '', recipe.slice(0, 100));
      assert.equal(status, 0);
      assert.equal(misfits.exec(stdout)?.[1] ?? stdout.trim(), why, recipe.slice(0, 100));
      assert.equal(existsSync(scene.jar), why === 'made');
      rmSync(scene.jar, { force: true });
    }
    assert.match(scene.rebuild(shell, `${release} 0 2990\npayload 10\n`, 'too short', old).stdout, misfits);
    assert.match(
      scene.rebuild(shell, `${release} 0 2990\npayload 10\n`, 'much too long', old).stdout,
      misfits,
    );
    symlinkSync(release, join(scene.folder, 'releases', '20261119T214500Z-0a1b2c3d'));
    assert.match(scene.rebuild(shell, '20261119T214500Z-0a1b2c3d 0 3000\n', '', old).stdout, misfits);
    assert.ok(!existsSync(join(scene.folder, 'canary')));
  });

  test(`${shell.name}: a jar that cannot be written is told and leaves none`, t => {
    const scene = makeScene(t);
    mkdirSync(scene.jar);
    const { status, stdout } = scene.rebuild(shell, `${release} 0 3000\n`, '', old);
    assert.equal(status, 0);
    assert.match(stdout, /^the host could not write it: .*app\.jar.*\n$/);
  });
}
