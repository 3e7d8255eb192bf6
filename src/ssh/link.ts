import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import type { Client, ClientChannel } from 'ssh2';
import { splitLines } from './lines.ts';
import { forLoginShell } from './login-shell.ts';
import type { ExecStreams, Outcome } from './session.ts';

/** One connection to sshd, logged in. */
export class Link {
  readonly #client: Client;
  #lost: string | undefined;

  constructor(client: Client) {
    this.#client = client;
    client.on('error', error => {
      this.#lost ??= error.message;
    });
    client.on('close', () => {
      this.#lost ??= 'the connection was closed';
    });
  }

  /** False once the connection is known to be gone. */
  get isOpen(): boolean {
    return this.#lost === undefined;
  }

  end(): void {
    this.#lost ??= 'the session was ended';
    this.#client.end();
  }

  /** Runs a command in a channel of its own; `refused` leaves the streams as they were. */
  run(command: string, streams: ExecStreams): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    if (this.#lost !== undefined) return Promise.resolve({ kind: 'lost', why: this.#lost });
    const onClose = () => resolve({ kind: 'lost', why: 'the connection was closed' });
    this.#client.once('close', onClose);
    try {
      this.#client.exec(forLoginShell(command), (error, channel) => {
        this.#client.removeListener('close', onClose);
        // Followed at once, not a microtask later: answer, output and status may come in one TCP segment.
        if (error === undefined) resolve(this.#follow(channel, streams));
        else resolve({ kind: isRefusal(error) ? 'refused' : 'lost', why: error.message });
      });
    } catch (error) {
      // Between the socket's end and its close ssh2 throws.
      resolve({ kind: 'lost', why: error instanceof Error ? error.message : String(error) });
    }
    return promise;
  }

  async #follow(channel: ClientChannel, streams: ExecStreams): Promise<Outcome> {
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
    return outcome ?? { kind: 'lost', why: this.#lost ?? 'the channel ended without a status' };
  }
}

/** sshd answered, and would not open the channel, or not run anything in it. */
const isRefusal = (error: Error): boolean => 'reason' in error || error.message === 'Unable to exec';
