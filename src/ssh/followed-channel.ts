import { pipeline } from 'node:stream/promises';
import type { ClientChannel } from 'ssh2';
import { splitLines } from './lines.ts';
import type { ExecStreams, Outcome } from './session.ts';

/** A channel in which something runs: its end is heard from the start, what it says waits until somebody follows it. */
export class FollowedChannel {
  readonly #channel: ClientChannel;
  readonly #closed: Promise<void>;
  #outcome: Outcome | undefined;

  constructor(channel: ClientChannel) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#channel = channel;
    this.#closed = promise;
    channel.on('exit', (code: number | null, signal?: string) => {
      this.#outcome =
        code === null ? { kind: 'killed', signal: signal ?? 'unknown' } : { kind: 'exited', code };
    });
    channel.once('close', () => resolve());
  }

  /** False once what runs there is known to have ended. */
  get isAlive(): boolean {
    return this.#outcome === undefined && this.#channel.writable;
  }

  /** Sends what comes before the streams' stdin. */
  write(line: string): void {
    this.#channel.write(line);
  }

  /** Hears it to its end; undefined when it told no status. */
  async follow({ stdin, onLine, onErrorLine }: ExecStreams): Promise<Outcome | undefined> {
    const channel = this.#channel;
    channel.stdout.on('data', splitLines(onLine));
    channel.stderr.on('data', splitLines(onErrorLine));
    if (stdin === undefined) channel.end();
    else pipeline(stdin, channel.stdin).catch(() => undefined);
    await this.#closed;
    stdin?.destroy();
    return this.#outcome;
  }
}
