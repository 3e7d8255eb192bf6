import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsLog } from '../../src/report/actions-log.ts';
import { Redaction } from '../../src/report/redaction.ts';
import { spyOnActions } from './actions-spy.ts';

/** A log, with what it told the runner: warnings, debug lines and lines. */
function tellingLog(isDebug: boolean, secrets: readonly string[] = []) {
  const spy = spyOnActions();
  const warnings: string[] = [];
  const debugged: string[] = [];
  const actions = {
    ...spy.actions,
    warning: (text: string | Error, about?: { readonly title?: string }) => {
      warnings.push(`${about?.title}: ${text}`);
    },
    debug: (text: string) => {
      debugged.push(text);
    },
  };
  return { log: actionsLog(actions, new Redaction(secrets), isDebug), warnings, debugged, infos: spy.infos };
}

test('ten warnings are all that GitHub shows: the rest are lines of the log, and the tenth says so', () => {
  const { log, warnings, infos } = tellingLog(false);
  for (let index = 1; index <= 14; index++) log.warning('shop', `drift ${index}`);
  assert.equal(warnings.length, 10);
  assert.deepEqual(warnings.slice(0, 2), ['shop: drift 1', 'shop: drift 2']);
  assert.match(warnings[9] ?? '', /^More warnings: .* in its log and in the summary\.$/);
  assert.deepEqual(
    infos,
    [10, 11, 12, 13, 14].map(index => `warning: shop: drift ${index}`),
  );
});

test('nine warnings are nine, and the same one twice is one', () => {
  const { log, warnings, infos } = tellingLog(false);
  for (let index = 1; index <= 9; index++) log.warning('shop', `drift ${index}`);
  log.warning('shop', 'drift 9');
  assert.equal(warnings.length, 9);
  assert.deepEqual(infos, []);
});

test('debug lines are told when they are asked for alone, and hide secrets whatever stands within them', () => {
  const secret = 'correct-horse-battery';
  const quiet = tellingLog(false, [secret]);
  quiet.log.debug('x');
  assert.deepEqual(quiet.debugged, []);
  const loud = tellingLog(true, [secret]);
  loud.log.debug(`a ${secret} b`);
  loud.log.debug('a correct-\u001b[31mhorse-\u0007battery b');
  loud.log.debug(`a ${Buffer.from(`user:${secret}`).toString('base64')} b`);
  assert.deepEqual(loud.debugged.slice(0, 2), ['a *** b', 'a *** b']);
  assert.doesNotMatch(loud.debugged.join('\n'), /Y29ycmVjd|horse/);
});

test('a secret that a shell quotes is hidden too', () => {
  const { log, debugged } = tellingLog(true, ["it's a secret"]);
  log.debug(`exec x 'reason=it'\\''s a secret'`);
  assert.deepEqual(debugged, ["exec x 'reason=***'"]);
});
