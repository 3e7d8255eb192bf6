import assert from 'node:assert/strict';
import { Failure, type FailureText } from '../../src/failure.ts';
import { type ConnectPatience, connect } from '../../src/ssh/connect.ts';
import type { SshTarget } from '../../src/ssh/ssh-target.ts';

/** A few seconds of patience, and nobody who listens. */
export const patience = (changes: Partial<ConnectPatience> = {}): ConnectPatience => ({
  patienceMs: 5000,
  signal: new AbortController().signal,
  onRetry: () => undefined,
  onDetail: () => undefined,
  ...changes,
});

/** The failure that a connection ends with. */
export async function failureOf(
  target: SshTarget,
  changes: Partial<ConnectPatience> = {},
): Promise<FailureText> {
  try {
    (await connect(target, patience(changes))).end();
  } catch (error) {
    if (error instanceof Failure) return error.text;
    throw error;
  }
  throw new assert.AssertionError({ message: 'it connected' });
}
