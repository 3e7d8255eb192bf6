import { Failure } from '../../failure.ts';
import { formatMs } from '../../report/format.ts';

/** The host's clock in ms since 1970, and the runner's before and after it was asked. */
export interface ClockReading {
  readonly hostMs: number | undefined;
  readonly sentMs: number;
  readonly receivedMs: number;
}

const mostOffMs = 60_000;

/**
 * Refuses to make a release while the host's clock and the runner's are more than a minute apart: release names,
 * logs and certificates go by them. A deploy that has nothing to do needs no clock.
 */
export function requireRightClock(
  app: string,
  {
    clock,
    isUnchanged,
    liveRelease,
  }: {
    readonly clock: ClockReading;
    readonly isUnchanged: boolean;
    readonly liveRelease: string | undefined;
  },
): void {
  const offMs = isUnchanged ? 0 : howFarOff(clock);
  if (clock.hostMs === undefined || Math.abs(offMs) <= mostOffMs) return;
  const [host, here] = [clock.hostMs, clock.hostMs - offMs].map(ms =>
    new Date(ms).toISOString().slice(0, 19),
  );
  throw new Failure({
    reason: 'host-unfit',
    message: `The host's clock is ${formatMs(Math.abs(offMs))} ${offMs < 0 ? 'behind' : 'ahead of'} the runner's: it says ${host} UTC where the runner says ${here}. Release names, logs and certificates go by both.`,
    traffic: liveRelease === undefined ? `No release of ${app} receives traffic yet.` : '',
    remedy:
      "Set the clock that is wrong. On the host chrony or systemd-timesyncd keeps it right, and timedatectl shows whether one does; the runner's may be wrong too.",
  });
}

/** At least how far the host's clock is ahead (behind: negative), in ms: the question may have been under way for long. */
function howFarOff({ hostMs, sentMs, receivedMs }: ClockReading): number {
  if (hostMs === undefined) return 0;
  if (hostMs < sentMs) return hostMs - sentMs;
  return Math.max(0, hostMs - receivedMs);
}
