/**
 * A way to a host that is as long as you like: a TCP proxy on this machine that holds each byte back for a fixed time
 * in each direction, at a limited rate, and counts the turns of the wire. It stands in for netem, which some kernels lack.
 */
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface DistanceOptions {
  readonly address: string;
  readonly port: number;
  /** From one byte's coming to its going on, in ms: half of the round trip. */
  readonly delayMs: number;
  /** Of each direction, in bytes a second, for all connections together; absent = as fast as it goes. */
  readonly bytesPerSecond?: number;
}

export interface Distance {
  /** On 127.0.0.1. */
  readonly port: number;
  /**
   * Round trips on the wire: how often the far end has spoken after it can have heard the near one, which can have heard
   * the turn before; added up over all connections. What is under way at the same time is one turn.
   */
  readonly turns: number;
  readonly sent: number;
  readonly received: number;
  close(): Promise<void>;
}

/** What was said with so many turns before it, and when first. */
type Said = readonly { readonly at: number; readonly turns: number }[];

/** Who of one connection can have heard what. */
class Talk {
  readonly #delayMs: number;
  #asked: Said = [];
  #answered: Said = [];

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** The near end speaks. */
  ask(at: number): void {
    const turns = 1 + this.#heard(this.#answered, at);
    if (turns > lastOf(this.#asked)) this.#asked = [...this.#asked, { at, turns }];
  }

  /** The far end speaks; gives by how much the number of turns has grown. */
  answer(at: number): number {
    const turns = this.#heard(this.#asked, at);
    const more = turns - lastOf(this.#answered);
    if (more > 0) this.#answered = [...this.#answered, { at, turns }];
    return Math.max(0, more);
  }

  #heard(said: Said, at: number): number {
    return said.findLast(one => one.at + this.#delayMs <= at)?.turns ?? 0;
  }
}

const lastOf = (said: Said): number => said.at(-1)?.turns ?? 0;

/** What one direction may have under way at most, beside what the link itself holds. */
const mostHeld = 4 * 1024 * 1024;

/** Opens the way; `close` cuts the connections that go through it. */
export async function openDistance(options: DistanceOptions): Promise<Distance> {
  const sockets = new Set<Socket>();
  const count = { turns: 0, sent: 0, received: 0 };
  const [there, back] = [new Road(options.bytesPerSecond), new Road(options.bytesPerSecond)];
  const server = createServer({ noDelay: true, allowHalfOpen: true }, near => {
    const far = connect({ host: options.address, port: options.port, noDelay: true, allowHalfOpen: true });
    const talk = new Talk(options.delayMs);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => {
        near.destroy();
        far.destroy();
      });
    }
    carry(near, far, options.delayMs, there, bytes => {
      talk.ask(performance.now());
      count.sent += bytes;
    });
    carry(far, near, options.delayMs, back, bytes => {
      count.turns += talk.answer(performance.now());
      count.received += bytes;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the distance has no port');
  return {
    port: address.port,
    get turns() {
      return count.turns;
    },
    get sent() {
      return count.sent;
    },
    get received() {
      return count.received;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** One direction, which all connections share: what sets out on it waits until what is ahead has gone. */
class Road {
  readonly #msPerByte: number;
  #isFreeAt = 0;

  constructor(bytesPerSecond = Number.POSITIVE_INFINITY) {
    this.#msPerByte = 1000 / bytesPerSecond;
  }

  /** When the last of so many bytes will have gone that set out now. */
  pass(bytes: number): number {
    this.#isFreeAt = Math.max(this.#isFreeAt, performance.now()) + bytes * this.#msPerByte;
    return this.#isFreeAt;
  }
}

/** Carries what comes from one socket to the other, in order, each piece after its time; `onBytes` hears of it as it sets out. */
function carry(
  from: Socket,
  to: Socket,
  delayMs: number,
  road: Road,
  onBytes: (bytes: number) => void,
): void {
  let held = 0;
  let last = Promise.resolve();
  const afterLast = (at: number, act: () => void): void => {
    last = last.then(async () => {
      // A timer may be a little early.
      for (let left = at - performance.now(); left > 0; left = at - performance.now()) await sleep(left);
      act();
    });
  };
  from.on('data', (chunk: Buffer) => {
    onBytes(chunk.length);
    held += chunk.length;
    if (held > mostHeld) from.pause();
    afterLast(road.pass(chunk.length) + delayMs, () => {
      held -= chunk.length;
      if (from.isPaused() && held <= mostHeld) from.resume();
      if (to.writable) to.write(chunk);
    });
  });
  from.on('end', () => afterLast(performance.now() + delayMs, () => to.end()));
  from.on('close', () => afterLast(performance.now() + delayMs, () => to.destroy()));
}
