import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { buildJar, type JarOptions } from '../../sandbox/app/build.ts';
import { commandsIn } from '../fuzz/runner-commands.ts';
import { temporaryFolder } from '../host/temporary-folder.ts';
import { withHeader, withPrefix } from '../unit/made-jars.ts';
import {
  activeColors,
  assertDeployed,
  assertRefusedUnderLoad,
  describeOnHost,
  type Inputs,
  jarOf,
} from './target.ts';

await describeOnHost('a jar that is broken does not disturb the live release', {}, target => {
  const refused = (inputs: Inputs) => () => target().deploy('2', inputs);
  const jar = (kind: NonNullable<JarOptions['kind']>) => buildJar({ version: '2', megabytes: 4, kind });

  before(async () => assertDeployed(await target().deploy('1'), 'blue'));

  test('not a zip', async () => {
    const says = /is not a readable jar/;
    await assertRefusedUnderLoad(target(), refused({ jar: await jar('not-a-zip') }), {
      stage: 'resolve',
      reason: 'jar-invalid',
      outcome: 'refused',
      says,
      serving: '1',
    });
  });

  test('cut off, or with a library that is damaged inside', async t => {
    const whole = await readFile(await jarOf('2'));
    const path = join(temporaryFolder(t), 'app.jar');
    const broken = [
      [
        whole.subarray(0, -5000),
        /is not a readable jar: its last \d+ bytes are no part of a zip: it was cut off/,
      ],
      [
        withHeader(whole, 0x04034b50, 'HikariCP/Type0.class', header => header.fill(0, 0, 8)),
        /its library BOOT-INF\/lib\/HikariCP-5\.1\.0\.jar is damaged/,
      ],
    ] as const;
    for (const [bytes, says] of broken) {
      await writeFile(path, bytes);
      await assertRefusedUnderLoad(target(), refused({ jar: path }), {
        stage: 'resolve',
        reason: 'jar-invalid',
        outcome: 'refused',
        says,
        serving: '1',
      });
    }
  });

  test('no Main-Class', async () => {
    await assertRefusedUnderLoad(target(), refused({ jar: await jar('no-main-class') }), {
      stage: 'resolve',
      reason: 'jar-invalid',
      outcome: 'refused',
      says: /no Main-Class/,
      serving: '1',
    });
  });

  test('built for a newer Java', async () => {
    await assertRefusedUnderLoad(target(), refused({ jar: await jar('newer-java') }), {
      stage: 'inspect',
      reason: 'java-too-old',
      outcome: 'refused',
      says: /need Java 25.*is Java 17/,
      serving: '1',
    });
  });

  test('crashes at its start: the log shows why, commands in its log lines are not run', async () => {
    const run = await assertRefusedUnderLoad(
      target(),
      refused({ env: 'SAMPLE_CRASH=7\nSAMPLE_LOG_LINES=30\nSECRET_WORD=opensesame' }),
      {
        stage: 'start',
        reason: 'start-failed',
        outcome: 'failed',
        says: /with status 7.*\(blue, port 8081\), whose front door answers 200/,
        serving: '1',
      },
    );
    assert.match(run.log, /\| .*Exception/, 'its last log lines are in the log');
    assert.match(run.summary, /Exception/, 'and in the summary');
    assert.match(run.summary, /status 7/);
    for (const { name, properties, data } of commandsIn(run.lines.join('\n'))) {
      assert.match(name, /^(group|endgroup|add-mask|debug|warning|error)$/, `${name} ${properties}::${data}`);
      assert.ok(!`${properties}${/error|warning/.test(name) ? '' : data}`.includes('hostile'), data);
    }
    assert.match(run.log, /^\| .*::set-output name=release::hostile/m, 'they are shown as what they are');
    assert.doesNotMatch(run.summary, /[\u202e\p{Zl}]|(?![\n\t])\p{Cc}/u);
    assert.equal(JSON.parse(run.outputs.result ?? '').version, 1);
    assert.equal(await activeColors(target().host), 'blue');
  });

  test('never healthy: the last probe is shown', async () => {
    const run = await assertRefusedUnderLoad(
      target(),
      refused({ env: 'SAMPLE_HEALTH=down', 'health-timeout': '3s' }),
      {
        stage: 'start',
        reason: 'unhealthy',
        outcome: 'failed',
        says: /not healthy within 3 s: port 8082, \/actuator\/health answered 503/,
        serving: '1',
      },
    );
    assert.match(run.summary, /health: 503\n[\s\S]*DOWN/);
    assert.equal(await activeColors(target().host), 'blue');
  });

  test('guarded health is told as such', async () => {
    await assertRefusedUnderLoad(
      target(),
      refused({ env: 'SAMPLE_HEALTH=redirect', 'health-timeout': '2s' }),
      {
        stage: 'start',
        reason: 'unhealthy',
        outcome: 'failed',
        says: /302.*Spring Security/,
        serving: '1',
      },
    );
  });

  test('runs out of memory at its start', async () => {
    const inputs = {
      env: 'SAMPLE_LEAK=1\nSAMPLE_HEALTH=down',
      'java-opts': '-Xmx32m -XX:+ExitOnOutOfMemoryError',
      'health-timeout': '30s',
    };
    const run = await assertRefusedUnderLoad(target(), refused(inputs), {
      stage: 'start',
      reason: 'start-failed',
      outcome: 'failed',
      says: /ended by itself/,
      serving: '1',
    });
    assert.match(run.log, /OutOfMemoryError/);
  });

  test('the next deploy works with no hand, and sends a jar that is there not again', async () => {
    const run = await target().deploy('2');
    assertDeployed(run, 'green');
    assert.equal(run.outputs['uploaded-bytes'], '0');
  });

  test('a fully executable jar, with a launch script before the zip, is none: it is deployed', async t => {
    const path = join(temporaryFolder(t), 'app.jar');
    const script = Buffer.from('#!/bin/sh\nexec java -jar "$0" "$@"\n');
    await writeFile(path, withPrefix(script, await readFile(await jarOf('3'))));
    assertDeployed(await target().deploy('3', { jar: path }), 'blue');
  });
});
