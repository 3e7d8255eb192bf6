import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClockReading, requireRightClock } from '../../src/commands/stages/clock.ts';
import { Failure } from '../../src/failure.ts';

const noon = Date.UTC(2026, 10, 22, 12);

/** What is said of a clock read between these times around noon; empty when it is taken. */
function said(clock: ClockReading, isUnchanged = false): string {
  try {
    requireRightClock('shop', { clock, isUnchanged, liveRelease: undefined });
    return '';
  } catch (error) {
    assert.ok(error instanceof Failure && error.text.reason === 'host-unfit');
    return error.message;
  }
}
const read = (offMs: number, tookMs = 500): ClockReading => ({
  hostMs: noon + offMs,
  sentMs: noon,
  receivedMs: noon + tookMs,
});

test('a clock that is a minute off is taken, and one of which nothing is known', () => {
  for (const offMs of [0, 250, 60_500, -60_000]) assert.equal(said(read(offMs)), '', `${offMs}`);
  assert.equal(said({ ...read(0), hostMs: undefined }), '');
});

test('more than a minute off is refused, with both times', () => {
  assert.match(
    said(read(-3_600_000)),
    /^The host's clock is 3600\.0 s behind the runner's: it says 2026-11-22T11:00:00 UTC where the runner says 2026-11-22T12:00:00\./,
  );
  assert.match(said(read(60_502)), /60\.0 s ahead of the runner's: it says 2026-11-22T12:01:00 UTC/);
});

test('a question that was long under way does not make a right clock wrong', () => {
  for (const offMs of [0, 150_000, 300_000]) assert.equal(said(read(offMs, 300_000)), '');
  assert.notEqual(said(read(361_000, 300_000)), '');
});

test('a deploy with nothing to do needs no clock', () => {
  assert.equal(said(read(-3_600_000), true), '');
});
