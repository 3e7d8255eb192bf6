import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client, ClientChannel } from 'ssh2';
import type { HostKeyRule } from './host-key.ts';
import { splitLines } from './lines.ts';
import { forLoginShell } from './login-shell.ts';
import { openTunnel, type Tunnel } from './tunnel.ts';

/** How a command on the host came to its end. Only `exited` has a status; no status is no success. */
export type Outcome =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'lost'; readonly why: string };

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
  /** Runs a command in /bin/sh there, whatever the login shell is. */
  exec(command: string, streams: ExecStreams): Promise<Outcome>;
  /** Opens a port here that leads to a port of the host's loopback address. */
  openTunnel(hostPort: number): Promise<Tunnel>;
  end(): void;
}

/** Makes a session of a client that is connected to the host of this key, and authenticated. */
export function openSession(client: Client, hostKey: HostKeyRule): Session {
  let lost: string | undefined;
  client.on('error', error => {
    lost ??= error.message;
  });
  client.on('close', () => {
    lost ??= 'the connection was closed';
  });

  return {
    hostKey,
    isOpen: () => lost === undefined,
    async exec(command, streams) {
      if (lost !== undefined) return { kind: 'lost', why: lost };
      return await run(client, command, streams, () => lost);
    },
    openTunnel: hostPort => openTunnel(client, hostPort),
    end() {
      lost ??= 'the session was ended';
      client.end();
    },
  };
}

function run(
  client: Client,
  command: string,
  streams: ExecStreams,
  whyLost: () => string | undefined,
): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const onClose = () => resolve({ kind: 'lost', why: 'the connection was closed' });
  client.once('close', onClose);
  const lose = (error: unknown) =>
    resolve({ kind: 'lost', why: error instanceof Error ? error.message : String(error) });
  try {
    client.exec(forLoginShell(command), (error, channel) => {
      client.removeListener('close', onClose);
      // Followed at once, not a microtask later: answer, output and status may come in one TCP segment.
      if (error === undefined) resolve(follow(channel, streams, whyLost));
      else lose(error);
    });
  } catch (error) {
    lose(error); // between the socket's end and its close ssh2 throws
  }
  return promise;
}

async function follow(
  channel: ClientChannel,
  streams: ExecStreams,
  whyLost: () => string | undefined,
): Promise<Outcome> {
  let outcome: Outcome | undefined;
  channel.on('exit', (code: number | null, signal?: string) => {
    outcome = code === null ? { kind: 'killed', signal: signal ?? 'unknown' } : { kind: 'exited', code };
  });
  channel.stdout.on('data', splitLines(streams.onLine));
  channel.stderr.on('data', splitLines(streams.onErrorLine));
  const closed = once(channel, 'close');
  if (streams.stdin === undefined) channel.end();
  else pipeline(streams.stdin, channel.stdin).catch(() => undefined);
  await closed;
  streams.stdin?.destroy();
  return outcome ?? { kind: 'lost', why: whyLost() ?? 'the channel ended without a status' };
}
