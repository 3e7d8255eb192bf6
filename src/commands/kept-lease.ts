import type { LeaseId } from './lease.ts';

/** A lease on a host, and whether its run has ended there; kept for what comes after a process that was killed. */
export interface KeptLease extends LeaseId {
  readonly address: string;
  readonly state: 'held' | 'ended';
}

/** As one line, for the runner's state. */
export const writeLease = ({ run, token, state, address }: KeptLease): string =>
  `${run} ${token} ${state} ${address}`;

/** Reads such a line; undefined when it is none, since no lock was ever held. */
export function parseLease(text: string): KeptLease | undefined {
  const [, run, token, state, address] = /^([0-9a-f]{16}) (\d{1,15}) (held|ended) (\S+)$/.exec(text) ?? [];
  if (run === undefined || address === undefined) return undefined;
  return { run, token: Number(token), state: state === 'held' ? 'held' : 'ended', address };
}
