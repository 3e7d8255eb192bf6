import type { Client } from 'ssh2';
import { FollowedChannel } from './followed-channel.ts';
import { forLoginShell } from './login-shell.ts';
import type { ExecStreams, Outcome } from './session.ts';
import { lineFor, waitingShell } from './waiting-shell.ts';

/** What came of an exec request. */
type Opened = { readonly kind: 'opened'; readonly channel: FollowedChannel } | Unopened;
type Unopened = Extract<Outcome, { readonly kind: 'lost' | 'refused' }>;

/** One connection to sshd, logged in. */
export class Link {
  readonly #client: Client;
  #prepared: readonly FollowedChannel[] = [];
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

  /** How many commands can be run without the round trips that opening a channel costs. */
  get prepared(): number {
    if (!this.isOpen) return 0;
    return this.#prepared.filter(channel => channel.isAlive).length;
  }

  end(): void {
    this.#lost ??= 'the session was ended';
    this.#client.end();
  }

  /** Opens so many channels for commands to come, at most as many as sshd opens. Never throws. */
  async prepare(count: number): Promise<void> {
    const open = async (): Promise<void> => {
      const opened = await this.#open(waitingShell);
      if (opened.kind === 'opened') this.#prepared = [...this.#prepared, opened.channel];
    };
    await Promise.all(Array.from({ length: count }, open));
  }

  /** Runs a command in a channel of its own, one that was prepared if there is one; `refused` leaves the streams as they were. */
  async run(command: string, streams: ExecStreams): Promise<Outcome> {
    const ready = this.#takePrepared();
    if (ready !== undefined) ready.write(lineFor(command));
    const opened: Opened =
      ready === undefined ? await this.#open(command) : { kind: 'opened', channel: ready };
    if (opened.kind !== 'opened') return opened;
    const outcome = await opened.channel.follow(streams);
    return outcome ?? { kind: 'lost', why: this.#lost ?? 'the channel ended without a status' };
  }

  #takePrepared(): FollowedChannel | undefined {
    if (!this.isOpen) return undefined;
    const [first, ...rest] = this.#prepared.filter(channel => channel.isAlive);
    this.#prepared = rest;
    return first;
  }

  #open(command: string): Promise<Opened> {
    if (this.#lost !== undefined) return Promise.resolve({ kind: 'lost', why: this.#lost });
    const { promise, resolve } = Promise.withResolvers<Opened>();
    const onClose = () => resolve({ kind: 'lost', why: 'the connection was closed' });
    this.#client.once('close', onClose);
    try {
      this.#client.exec(forLoginShell(command), (error, channel) => {
        this.#client.removeListener('close', onClose);
        // Made at once, not a microtask later: answer, output and status may come in one TCP segment.
        if (error === undefined) resolve({ kind: 'opened', channel: new FollowedChannel(channel) });
        else resolve({ kind: isRefusal(error) ? 'refused' : 'lost', why: error.message });
      });
    } catch (error) {
      // Between the socket's end and its close ssh2 throws.
      resolve({ kind: 'lost', why: error instanceof Error ? error.message : String(error) });
    }
    return promise;
  }
}

/** sshd answered, and would not open the channel, or not run anything in it. */
const isRefusal = (error: Error): boolean => 'reason' in error || error.message === 'Unable to exec';
