import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import { Facts, type HostParameters, type HostStage } from '../host/stage.ts';
import type { Session } from '../ssh/session.ts';
import type { Tunnel } from '../ssh/tunnel.ts';
import { gone } from './call-failure.ts';
import { EarlyCall } from './early-call.ts';
import type { FirstStage } from './first-call.ts';
import { Lease, type LeaseId } from './lease.ts';
import { explainCall } from './right.ts';
import { type Caller, type CallStreams, callStage, type Ended, isDone, isUndone } from './stage-call.ts';

/** How often one stage is called at most: again only when the host says that it did not happen. */
const mostCalls = 3;
/** How long a cancelled command waits for the stage under way to reach a safe point, in ms. */
const graceMs = 3500;
/** How long the host has to say that a stage that was called ahead was not begun, in ms. */
const wordMs = 1000;

/** A session to a host, and how it is made again. */
export interface SessionLink extends Caller {
  readonly session: Session;
  /** Connects again, to the very same host key. Throws a Failure when it cannot. */
  readonly reconnect: () => Promise<Session>;
}

/** What a connection to a host needs. */
export interface HostLink extends SessionLink {
  readonly signal: AbortSignal;
  /** Called with the lease whenever it is given, and when this run has ended on the host. */
  readonly onLease: (lease: LeaseId, state: 'held' | 'ended') => void;
  /** What the run says of itself for the host's history when it ends; one line. */
  readonly account: () => string;
  /** The lease of a process of this run that was killed. */
  readonly left?: LeaseId;
}

/** The stages that are run one by one under the lock. */
export type CalledStage = Exclude<HostStage, 'acquire' | 'follow' | 'part'>;

/** What goes to a stage, and each line of its while it runs. */
export interface RunStreams {
  readonly stdin?: () => Readable;
  readonly onFact?: (line: string) => void;
}

/** One host during one command: its session, which may break and come back, and the lock. */
export class HostConnection {
  readonly #link: HostLink;
  readonly #lease: Lease;
  #session: Session;
  #holder = '';
  /** Calls that were made before anybody waits for them. */
  readonly #early = new Map<HostStage, EarlyCall>();
  /** What follows a stage. */
  readonly #plan = new Map<HostStage, { readonly stage: CalledStage; readonly parameters: HostParameters }>();
  #resuming: Promise<void> | undefined;
  #isEnding = false;

  constructor(link: HostLink) {
    this.#link = link;
    this.#session = link.session;
    this.#lease = new Lease(link, () => this.#comeBack(), link.left);
    link.signal.addEventListener('abort', () => this.#lease.end(link.account()), { once: true });
  }

  /** The runs that held the lock while this one waited for it, as they name themselves. */
  get waitedFor(): readonly string[] {
    return this.#lease.waitedFor;
  }

  /**
   * Takes the app's lock; `first` is called with it, and waited for by `run`. Meanwhile so many channels are opened for
   * stages to come. `holder` is for people who wait for the lock. Throws a Failure as Lease.hold does.
   */
  async acquire(
    holder: string,
    lockWaitMs: number,
    { first, channels }: { readonly first?: FirstStage; readonly channels: number },
  ): Promise<void> {
    this.#holder = holder;
    const held = this.#hold(lockWaitMs, first);
    this.#session.prepare(channels);
    const early = await held.catch((error: unknown) => {
      throw this.#link.signal.aborted ? this.#link.signal.reason : error;
    });
    if (early !== undefined) this.#early.set(early.stage, early);
  }

  /**
   * Has a stage called ahead, as soon as the one that it follows is called and waited for, if a channel is open for it
   * then: the host begins it when that has ended well, and where it has not, nothing is done. `run` then waits for it;
   * what was not called by then, `run` calls.
   */
  planAfter(before: CalledStage, stage: CalledStage, parameters: HostParameters): void {
    this.#plan.set(before, { stage, parameters });
  }

  /** Whether a stage that was called ahead and never waited for may have begun, or may yet begin; gives the host a while to say that it was not. */
  async mayHaveBegun(stage: CalledStage): Promise<boolean> {
    const early = this.#early.get(stage);
    if (early === undefined) return false;
    await Promise.race([early.ended, sleep(wordMs)]);
    return early.mayHaveBegun;
  }

  /**
   * Runs one stage and gives its facts; one that was called already is waited for. `stdin` makes its data. When the link breaks meanwhile it connects again
   * and asks the host what became of the stage; it is called anew only if it did not happen. Throws a Failure.
   */
  async run(stage: CalledStage, parameters: HostParameters, streams: RunStreams = {}): Promise<Facts> {
    const ended = await this.#complete(stage, parameters, streams);
    if (isDone(ended)) return ended.facts;
    const failure = await explainCall(this.#session, this.#link, stage, ended);
    throw this.#link.signal.aborted ? stopped(this.#link.signal.reason, failure, ended) : failure;
  }

  /** How long the host takes to answer, in ms. */
  get roundTripMs(): number {
    return this.#session.roundTripMs;
  }

  /**
   * Calls a stage that helps the one that runs, over a channel that is open already, or is opened for it; where sshd opens no
   * more, nothing happens, and `stdin` is not called. Resolves at its end. Never throws: what went wrong shows in the stage that runs.
   */
  async runBeside(stage: 'part', parameters: HostParameters, stdin: () => Readable): Promise<void> {
    const session = this.#session;
    const { run, token } = this.#lease.id;
    if (session.prepared() === 0) await session.prepare(1);
    if (session.prepared() === 0) return;
    await callStage(session, this.#link, stage, { ...parameters, run, lease: token }, { stdin: stdin() });
  }

  /** Opens a port of this machine that leads to a port of the host's loopback address; it ends with the link. */
  async openTunnel(hostPort: number): Promise<Tunnel> {
    await this.#makeReady();
    return await this.#session.openTunnel(hostPort);
  }

  /** Ends the run, gives the host a second to clear away what is left, and ends the session. */
  async end(): Promise<void> {
    const { signal, onLease } = this.#link;
    this.#isEnding = true;
    await Promise.race([this.#lease.end(this.#link.account()), sleep(signal.aborted ? 300 : 1000)]);
    if (this.#lease.hasEnded) onLease(this.#lease.id, 'ended');
    this.#session.end();
  }

  async #complete(
    stage: CalledStage,
    parameters: HostParameters,
    { stdin, onFact }: RunStreams,
  ): Promise<Ended> {
    for (let calls = 1; ; calls++) {
      const early = this.#early.get(stage);
      this.#early.delete(stage);
      if (early === undefined && !this.#isReady()) await this.#makeReady();
      const { run, token } = { ...this.#lease.id, ...(early && { token: early.token }) };
      const call = { ...parameters, run, lease: token };
      early?.show();
      const called = early?.ended ?? this.#call(stage, call, { stdin: stdin?.(), onLine: onFact });
      this.#callAfter(stage, token);
      let ended = await this.#orStopped(called);
      let refused = 0;
      while (ended.outcome.kind === 'lost' && !this.#link.signal.aborted && refused < mostCalls) {
        if (this.#session.isOpen()) refused++;
        if (early === undefined || !this.#isReady())
          this.#link.log.info(`the SSH connection broke during ${stage} (${ended.outcome.why})`);
        await this.#makeReady();
        const followed = { followed: `${token}.${stage}` };
        ended = await this.#orStopped(this.#call('follow', followed, { shown: ended.said, onLine: onFact }));
      }
      const hasHappened = !isUndone(ended) && !(early !== undefined && ended.outcome.kind === 'refused');
      if (this.#link.signal.aborted || hasHappened || calls === mostCalls) return ended;
      this.#link.log.info(`${stage} did not happen: calling it again`);
    }
  }

  #call(stage: HostStage, parameters: HostParameters, streams: CallStreams): Promise<Ended> {
    return callStage(this.#session, this.#link, stage, parameters, streams);
  }

  /** Calls what is planned after a stage that has just been called, or taken up, with this token. */
  #callAfter(before: CalledStage, token: number): void {
    const next = this.#plan.get(before);
    const { run, token: newest } = this.#lease.id;
    if (next === undefined || token !== newest || this.#link.signal.aborted) return;
    if (this.#early.has(next.stage) || !this.#isReady() || this.#session.prepared() === 0) return;
    const early = new EarlyCall(next.stage, token, this.#link.log);
    const call = { ...next.parameters, run, lease: token, after: before };
    this.#call(next.stage, call, { onWord: line => early.say(line) }).then(ended => early.end(ended));
    this.#early.set(next.stage, early);
  }

  /** Once the command is cancelled a call has a little time left. */
  async #orStopped(call: Promise<Ended>): Promise<Ended> {
    return await Promise.race([call, stoppedEnd(this.#link.signal)]);
  }

  /** There is a session, and it holds the lock; after a loss of either both are taken up again. */
  async #makeReady(): Promise<void> {
    if (this.#isReady()) return;
    this.#resuming ??= this.#resume().finally(() => {
      this.#resuming = undefined;
    });
    await this.#resuming;
  }

  #isReady(): boolean {
    return this.#session.isOpen() && this.#lease.isHeld;
  }

  /** When the link breaks while no stage is called: whoever calls the next one is told if this does not succeed. */
  #comeBack(): void {
    if (!this.#link.signal.aborted && !this.#isEnding) this.#makeReady().catch(() => undefined);
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
        await this.#hold(0);
        return log.info('connected again, with the lock');
      } catch (error) {
        if (this.#session.isOpen() || tries === mostCalls) throw error;
      }
    }
  }

  async #hold(lockWaitMs: number, first?: FirstStage): Promise<EarlyCall | undefined> {
    const call = await this.#lease.hold(this.#session, this.#holder, lockWaitMs, first);
    this.#link.onLease(this.#lease.id, 'held');
    return call;
  }
}

/** The failure of a cancelled command, with what the stage under way said of its end. */
function stopped(reason: unknown, { text }: Failure, { outcome }: Ended): unknown {
  if (!(reason instanceof Failure) || outcome.kind !== 'exited') return reason;
  return new Failure({
    ...text,
    ...reason.text,
    message: `${reason.text.message} ${text.message}`,
    traffic: text.traffic,
  });
}

const nobodyWaits: Ended = {
  outcome: { kind: 'lost', why: 'the command was stopped' },
  facts: new Facts(),
  errors: [],
  said: 0,
  before: [],
};

/** Resolves a while after the signal is aborted, as a stage that nobody waits for any more. */
function stoppedEnd(signal: AbortSignal): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const giveUp = () => setTimeout(() => resolve(nobodyWaits), graceMs).unref();
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp, { once: true });
  return promise;
}
