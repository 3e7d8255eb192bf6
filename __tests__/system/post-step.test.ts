import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runAction } from '../../sandbox/runner.ts';

test('the post step of a run that was killed before it said a word does nothing, and never what the run was to do', async () => {
  const run = await runAction(
    { command: 'status', app: 'shop', host: '127.0.0.1' },
    { outlivesKill: true, onStart: pid => process.kill(pid, 'SIGKILL') },
  );
  assert.equal(run.code, null);
  assert.deepEqual(run.lines, []);
  assert.equal(run.postLog.replace(/^::add-mask::.*\n/gm, ''), '');
  assert.equal(run.summary, '');
});
