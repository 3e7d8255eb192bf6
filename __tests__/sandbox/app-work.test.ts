import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildJar } from '../../sandbox/app/build.ts';
import { runApp, waitUntilUp } from './running-app.ts';

test('work is the same each time, and many times slower while the JVM is cold', async t => {
  const [first, second] = [await measureWork(t, 2000), await measureWork(t, 1)];
  assert.equal(first.answers.size, 1);
  assert.match([...first.answers].join(), /^version=9 checksum=[0-9a-f]{8,16}$/);
  assert.deepEqual(second.answers, first.answers, 'two processes work out the same');
  const cold = median(first.times.slice(0, 5));
  const warm = median(first.times.slice(-300));
  t.diagnostic(
    `first ${first.times[0]?.toFixed(1)} ms, first five ${cold.toFixed(1)}, warm ${warm.toFixed(2)}`,
  );
  assert.ok((first.times[0] ?? 0) >= 10 * warm, `${first.times[0]} and ${warm} ms`);
  assert.ok(cold >= 5 * warm, `${cold} and ${warm} ms`);
});

async function measureWork(
  t: { after(end: () => Promise<void>): void },
  count: number,
): Promise<{ readonly answers: ReadonlySet<string>; readonly times: readonly number[] }> {
  const app = await runApp(await buildJar({ version: '9', megabytes: 1 }));
  t.after(async () => {
    app.kill('SIGKILL');
    await app.ended;
  });
  await waitUntilUp(app);
  // Only the work itself is to be cold, not the server.
  for (let turn = 0; turn < 20; turn++) await (await fetch(`${app.url}/`)).text();
  const answers = new Set<string>();
  const times: number[] = [];
  for (let turn = 0; turn < count; turn++) {
    const began = performance.now();
    answers.add(await (await fetch(`${app.url}/work`)).text());
    times.push(performance.now() - began);
  }
  return { answers, times };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}
