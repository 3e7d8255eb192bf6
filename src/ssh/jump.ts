import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { type AttemptPatience, attempt } from './attempt.ts';
import { messageOf, NotYet, nameOf, stop } from './refusals.ts';
import type { SshTarget } from './ssh-target.ts';

/** Where a jump host is to lead. */
export interface Destination {
  readonly address: string;
  readonly port: number;
}

const administrativelyProhibited = 1;

/**
 * Logs in to the jump host and opens a stream through it; the login ends with the stream, and the stream with the login.
 * Throws a Failure where another try is of no use (that of the login, or unreachable when the jump host forbids it), else
 * an Error; each names the jump host.
 */
export async function openThrough(
  jump: SshTarget,
  to: Destination,
  patience: AttemptPatience,
): Promise<Duplex> {
  const { client } = await attempt(jump, 'jump-host', patience);
  client.on('error', () => undefined);
  try {
    const stream = await forward(client, to);
    client.once('close', () => stream.destroy());
    stream.once('close', () => client.end());
    return stream;
  } catch (error) {
    client.end();
    throw explainForward(jump, to, error);
  }
}

function forward(client: Client, { address, port }: Destination): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const limit = setTimeout(() => reject(new Error('no answer within 15 s')), 15_000);
  client.once('close', () => reject(new Error('it closed the connection')));
  client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
    if (error === undefined) resolve(channel);
    else reject(error);
  });
  return promise.finally(() => clearTimeout(limit));
}

function explainForward(jump: SshTarget, { address, port }: Destination, error: unknown): Error {
  const where = nameOf(jump, 'jump-host');
  if (error instanceof Error && 'reason' in error && error.reason === administrativelyProhibited) {
    return stop(
      'unreachable',
      `sshd on ${where} let this run in and forbids it to go on to ${address}:${port}: ${error.message}.`,
      `Allow it in sshd_config of the jump host: AllowTcpForwarding yes (or local), PermitOpen without a list or with ${address}:${port}, no restrict or no-port-forwarding before the key in authorized_keys.`,
    );
  }
  return new NotYet(
    `${where} does not reach ${address}:${port}: ${messageOf(error)}`,
    `Check that the host runs, that its security group lets the jump host in on the SSH port, and that the jump host resolves ${address}; for an instance, address: private-ip is what a jump host in the same network reaches.`,
  );
}
