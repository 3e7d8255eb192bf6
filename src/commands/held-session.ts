import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { Session } from '../ssh/session.ts';
import { gone } from './call-failure.ts';
import type { EarlyCall } from './early-call.ts';
import type { FirstStage } from './first-call.ts';
import type { HostLink } from './host-link.ts';
import { Lease, type LeaseId } from './lease.ts';

/** How often both are taken up again before it is given up. */
const mostTries = 3;

/** How the lock is held: for whom, as people read it, and with how many channels that are opened ahead for stages to come. */
interface Terms {
  readonly holder: string;
  readonly channels: number;
}

/** The session to a host and the lock that it holds: after a loss of either both are taken up again. */
export class HeldSession {
  readonly #link: HostLink;
  readonly #lease: Lease;
  #session: Session;
  #terms: Terms = { holder: '', channels: 0 };
  #resuming: Promise<void> | undefined;
  #isEnding = false;

  constructor(link: HostLink) {
    this.#link = link;
    this.#session = link.session;
    this.#lease = new Lease(link, () => this.#comeBack(), link.left);
    link.signal.addEventListener('abort', () => this.#lease.end(link.account()), { once: true });
  }

  /** The session as it is now; another after a reconnect. */
  get session(): Session {
    return this.#session;
  }

  get lease(): LeaseId {
    return this.#lease.id;
  }

  /** The runs that held the lock while this one waited for it, as they name themselves. */
  get waitedFor(): readonly string[] {
    return this.#lease.waitedFor;
  }

  get isReady(): boolean {
    return this.#session.isOpen() && this.#lease.isHeld;
  }

  /** Takes the lock. Gives the call of the stage that came with it. Throws a Failure as Lease.hold does. */
  async hold(terms: Terms, lockWaitMs: number, first?: FirstStage): Promise<EarlyCall | undefined> {
    this.#terms = terms;
    const held = this.#lease.hold(this.#session, terms.holder, lockWaitMs, first);
    this.#session.prepare(terms.channels);
    const call = await held;
    this.#link.onLease(this.#lease.id, 'held');
    return call;
  }

  /** Connects again and takes the lock up again, as far as need be. Throws a Failure, or why the command was stopped. */
  async makeReady(): Promise<void> {
    if (this.isReady) return;
    this.#resuming ??= this.#resume().finally(() => {
      this.#resuming = undefined;
    });
    await this.#resuming;
  }

  /** Ends the run, gives the host a second to clear away what is left, and ends the session. */
  async end(): Promise<void> {
    const { signal, onLease, account } = this.#link;
    this.#isEnding = true;
    await Promise.race([this.#lease.end(account()), sleep(signal.aborted ? 300 : 1000)]);
    if (this.#lease.hasEnded) onLease(this.#lease.id, 'ended');
    this.#session.end();
  }

  /** When the link breaks while no stage is called: whoever calls the next one is told if this does not succeed. */
  #comeBack(): void {
    if (!this.#link.signal.aborted && !this.#isEnding) this.makeReady().catch(() => undefined);
  }

  async #resume(): Promise<void> {
    const { reconnect, signal, log } = this.#link;
    for (let tries = 1; ; tries++) {
      signal.throwIfAborted();
      if (!this.#session.isOpen()) {
        log.info('connecting again');
        this.#session = await reconnect().catch((error: unknown) => {
          throw error instanceof Failure ? new Failure(gone(error.text.message)) : error;
        });
      }
      try {
        await this.hold(this.#terms, 0);
        return log.info('connected again, with the lock');
      } catch (error) {
        if (this.#session.isOpen() || tries === mostTries) throw error;
      }
    }
  }
}
