import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'ssh2';
import { Failure } from '../failure.ts';
import type { HostKeyRule } from './host-key.ts';
import { Link } from './link.ts';
import { messageOf } from './refusals.ts';
import { openTunnel, type Tunnel } from './tunnel.ts';

/** How a command on the host came to its end. Only `exited` has a status; no status is no success. `refused` was never begun. */
export type Outcome =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'lost'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

export interface ExecStreams {
  /** Sent to the command's stdin, which is then closed; absent = closed at once. */
  readonly stdin?: Readable;
  readonly onLine: (line: string) => void;
  readonly onErrorLine: (line: string) => void;
}

/** One SSH connection; every exec is a channel of it. */
export interface Session {
  /** The key that the host showed, as a rule that trusts it alone. */
  readonly hostKey: HostKeyRule;
  /** False once the connection is known to be gone. */
  isOpen(): boolean;
  /** How long the host takes to answer, as measured while connecting, in ms. */
  readonly roundTripMs: number;
  /**
   * Opens so many channels for commands to come, at most as many as sshd opens; each saves its command two round trips.
   * Resolves when they are there. Never throws.
   */
  prepare(count: number): Promise<void>;
  /** How many of them are there and not used yet. */
  prepared(): number;
  /** Runs a command in /bin/sh there, whatever the login shell is, in a prepared channel if there is one. */
  exec(command: string, streams: ExecStreams): Promise<Outcome>;
  /** Opens a port here that leads to a port of the host's loopback address. */
  openTunnel(hostPort: number): Promise<Tunnel>;
  end(): void;
}

/** How often a command is asked for that sshd refuses, and the pause in between: it frees a channel a moment after its end. */
const mostRequests = 20;
const pauseMs = 100;

/**
 * Makes a session of a client that has logged in. `connectAgain` makes another such client: where sshd opens no second
 * channel (MaxSessions), commands run over a connection of their own.
 */
export function openSession(
  client: Client,
  { hostKey, roundTripMs }: Pick<Session, 'hostKey' | 'roundTripMs'>,
  connectAgain: () => Promise<Client>,
): Session {
  const own = new Link(client);
  let spare: Promise<Link> | undefined;
  const openSpare = async (): Promise<Link> => {
    const opened = await spare?.catch(() => undefined);
    if (opened?.isOpen) return opened;
    spare = connectAgain().then(another => new Link(another));
    return await spare;
  };

  return {
    hostKey,
    isOpen: () => own.isOpen,
    roundTripMs,
    prepare: count => own.prepare(count),
    prepared: () => own.prepared,
    async exec(command, streams) {
      for (let request = 1; ; request++) {
        const isForSpare = request % 2 === 0 && (request > 2 || spare !== undefined) && own.isOpen;
        const link = isForSpare ? await openSpare().catch((error: unknown) => ({ error })) : own;
        if ('error' in link && link.error instanceof Failure)
          return { kind: 'refused', why: link.error.message };
        const outcome: Outcome =
          'error' in link
            ? { kind: 'refused', why: messageOf(link.error) }
            : await link.run(command, streams);
        if (outcome.kind !== 'refused' || request >= mostRequests) return outcome;
        await sleep(pauseMs);
      }
    },
    openTunnel: hostPort => openTunnel(client, hostPort),
    end() {
      own.end();
      spare?.then(link => link.end()).catch(() => undefined);
    },
  };
}
