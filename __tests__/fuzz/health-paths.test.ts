import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { quote } from '../../src/host/quote.ts';
import { shells } from '../host/host-shell.ts';
import { temporaryFolder } from '../host/temporary-folder.ts';
import { functionsFile, runCaged } from './caged-shell.ts';
import { makeCage } from './canary.ts';
import { acceptedOf } from './judged-inputs.ts';
import { rounds } from './rounds.ts';

const cage = makeCage();
const paths = acceptedOf('health-path').slice(0, rounds / 4);

/** A server that answers 200 to everything and keeps what it was asked for, as it stood in the request line. */
async function startListener(t: TestContext): Promise<{ readonly port: number; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, answer) => {
    asked.push(request.url ?? '');
    answer.end();
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { port: address.port, asked };
}

for (const [place, shell] of shells.entries()) {
  test(`${shell.name}: the app is asked for the very health-path that was given`, async t => {
    const { port, asked } = await startListener(t);
    const some = paths.filter((_, index) => index % shells.length === place);
    const probes = some.map(path => `health_path=${quote(path)}; probe blue\n`);
    const script = `set -eu; LC_ALL=C; . ${functionsFile}; scratch=${temporaryFolder(t)} blue_port=${port}\n${probes.join('')}`;
    await runCaged(shell, cage, script);
    assert.deepEqual(asked, some);
    cage.assertQuiet();
  });
}
