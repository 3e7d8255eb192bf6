import pRetry from 'p-retry';
import { Failure, nothingContacted } from '../failure.ts';
import { type AttemptPatience, attempt } from './attempt.ts';
import { trustOnly } from './host-key.ts';
import { messageOf, NotYet } from './refusals.ts';
import { openSession, type Session } from './session.ts';
import type { SshTarget } from './ssh-target.ts';

export interface ConnectPatience extends AttemptPatience {
  /** How long a host may take until its sshd answers, in ms. */
  readonly patienceMs: number;
  readonly onRetry: (why: string) => void;
}

/**
 * Connects and authenticates. A host that is still booting (no route, refused, no greeting) is tried
 * again within the patience; a wrong host key or a refused key never.
 * Throws a Failure: host-key-unknown, host-key-mismatch, auth-refused, host-unfit, unreachable.
 */
export async function connect(target: SshTarget, patience: ConnectPatience): Promise<Session> {
  const until = Date.now() + patience.patienceMs;
  return await pRetry(() => connectOnce(target, patience), {
    retries: 100,
    factor: 1.5,
    minTimeout: 500,
    maxTimeout: 5000,
    maxRetryTime: patience.patienceMs,
    signal: patience.signal,
    shouldRetry: ({ error }) => !(error instanceof Failure),
    onFailedAttempt: ({ error }) => {
      if (!(error instanceof Failure) && Date.now() < until) patience.onRetry(error.message);
    },
  }).catch((error: unknown) => {
    if (error instanceof Failure) throw error;
    throw new Failure({
      reason: 'unreachable',
      message: `${target.address}:${target.port} could not be reached over SSH within ${Math.round(patience.patienceMs / 1000)} s: ${messageOf(error)}.`,
      traffic: nothingContacted,
      remedy:
        (error instanceof NotYet ? error.remedy : undefined) ??
        target.whereToLook ??
        'Check that the host runs, that its security group lets this runner in on the SSH port, and that address and ssh-port are right.',
    });
  });
}

async function connectOnce(target: SshTarget, patience: AttemptPatience): Promise<Session> {
  const { client, hostKey, roundTripMs } = await attempt(target, 'host', patience);
  const rule = trustOnly(hostKey);
  return openSession(client, { hostKey: rule, roundTripMs }, async () => {
    patience.onDetail('sshd opens no further channel: connecting once more');
    return (await attempt({ ...target, hostKeys: [rule] }, 'host', patience)).client;
  });
}
