/** When the switch was in every log written here: ms since 1970. */
export const switchedAt = 1_764_000_000_000;

export const blue = '127.0.0.1:8081';
export const green = '127.0.0.1:8082';

export interface Logged {
  readonly status?: number;
  /** Who was tried, as nginx writes it. */
  readonly upstream?: string;
  /** What each of them answered; the status where it is not given. */
  readonly statuses?: string;
  /** How long each of them took, in seconds. */
  readonly times?: string;
  readonly nonce?: string;
  /** Whether the answer went out whole. */
  readonly isWhole?: boolean;
}

/** One line of nginx's log, `ms` after the switch. */
export function trafficLine(ms: number, logged: Logged = {}): string {
  const { status = 200, upstream = green, statuses = String(status), times = '0.005' } = logged;
  const { nonce = '', isWhole = true } = logged;
  const at = ((switchedAt + ms) / 1000).toFixed(3);
  return `${[at, status, '0.006', 'shop-green', upstream, statuses, times, nonce, isWhole ? 'OK' : ''].join('|')}\n`;
}

/** The same line so many times. */
export const times = (count: number, line: string): string => line.repeat(count);

/** What the functions need to know of the app. */
export const twoPorts = `blue_port=8081 green_port=8082 switched_at=${switchedAt}`;
