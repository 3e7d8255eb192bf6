import type { Session } from '../ssh/session.ts';
import type { LeaseId } from './lease.ts';
import type { Caller } from './stage-call.ts';

/** A session to a host, and how it is made again. */
export interface SessionLink extends Caller {
  readonly session: Session;
  /** Connects again, to the very same host key. Throws a Failure when it cannot. */
  readonly reconnect: () => Promise<Session>;
}

/** What a connection to a host needs. */
export interface HostLink extends SessionLink {
  readonly signal: AbortSignal;
  /** Called with the lease whenever it is given, and when this run has ended on the host. */
  readonly onLease: (lease: LeaseId, state: 'held' | 'ended') => void;
  /** What the run says of itself for the host's history when it ends; one line. */
  readonly account: () => string;
  /** The lease of a process of this run that was killed. */
  readonly left?: LeaseId;
}
