import type { SandboxHost } from '../sandbox/host.ts';
import { median } from './statistics.ts';

const LOG = '/var/log/nginx/bluegreen-shop.log';

/** One client's request in the host's per-request log; times in ms since 1970. */
export interface Logged {
  readonly beganAt: number;
  readonly endedAt: number;
  /** The group that the switch chose when the request came, such as `shop-green`. */
  readonly group: string;
  readonly attempts: readonly Attempt[];
}

/** One try of a request at an app: the address, its status and its time in ms. */
export interface Attempt {
  readonly address: string;
  readonly status: number;
  readonly ms: number;
}

/** The limits of a bake as docs/inputs.md has them, for a release that answers at `address`. */
export interface Limits {
  readonly address: string;
  readonly maxErrorShare: number;
  readonly oldMedianMs: number;
}

export async function emptyTrafficLog(host: SandboxHost): Promise<void> {
  await host.sh(`rm -f ${LOG}.1; : >${LOG}`);
}

/** The log's lines in the order that nginx wrote them; the action's own requests are left out. */
export async function readTrafficLog(host: SandboxHost): Promise<readonly Logged[]> {
  return parseTrafficLog(await host.sh(`cat ${LOG}`));
}

export function parseTrafficLog(text: string): readonly Logged[] {
  return text.split('\n').flatMap(line => {
    const [seconds, , took, group = '', addresses = '', statuses = '', times = '', nonce = ''] =
      line.split('|');
    if (seconds === undefined || seconds === '' || !['', '-'].includes(nonce)) return [];
    const endedAt = Math.round(Number(seconds) * 1000);
    const status = statuses.split(', ').map(Number);
    const ms = times.split(', ').map(time => Number(time) * 1000);
    const attempts = addresses
      .split(', ')
      .map((address, index) => ({ address, status: status[index] ?? 0, ms: ms[index] ?? 0 }));
    return [{ beganAt: endedAt - Math.round(Number(took) * 1000), endedAt, group, attempts }];
  });
}

/** When a group got its first request, and its last; undefined if none. */
export function servedBetween(
  log: readonly Logged[],
  group: string,
): { readonly first: number; readonly last: number } | undefined {
  const times = log.filter(line => line.group === group).map(({ beganAt }) => beganAt);
  return times.length === 0 ? undefined : { first: Math.min(...times), last: Math.max(...times) };
}

/** The median time of an app's answers that ended before a moment. */
export function medianBefore(log: readonly Logged[], address: string, until: number): number {
  return median(attemptsAt(log, address).flatMap(({ at, ms }) => (at < until ? [ms] : [])));
}

/**
 * When a release was first over a limit of the bake: at least 20 requests and 3 errors in 30 s with more
 * than the allowed share; or, of at least 20 in 5 s, a median of over three times the old and 500 ms more.
 */
export function limitCrossedAt(log: readonly Logged[], limits: Limits): number | undefined {
  const attempts = attemptsAt(log, limits.address);
  return attempts.find(({ at }, index) => {
    const sofar = attempts.slice(0, index + 1);
    const within = (seconds: number) => sofar.filter(one => one.at > at - seconds * 1000);
    return isOverErrors(within(30), limits) || isTooSlow(within(5), limits);
  })?.at;
}

function attemptsAt(log: readonly Logged[], address: string): readonly (Attempt & { readonly at: number })[] {
  return log.flatMap(({ attempts, endedAt }) =>
    attempts.flatMap(one => (one.address === address ? [{ ...one, at: endedAt }] : [])),
  );
}

function isOverErrors(attempts: readonly Attempt[], { maxErrorShare }: Limits): boolean {
  const errors = attempts.filter(({ status }) => status >= 500).length;
  return attempts.length >= 20 && errors >= 3 && errors / attempts.length > maxErrorShare;
}

function isTooSlow(attempts: readonly Attempt[], { oldMedianMs }: Limits): boolean {
  if (attempts.length < 20) return false;
  const now = median(attempts.map(({ ms }) => ms));
  return now > oldMedianMs * 3 && now > oldMedianMs + 500;
}
