import type { Readable } from 'node:stream';
import type { Facts, HostParameters, HostStage } from '../host/stage.ts';
import type { Tunnel } from '../ssh/tunnel.ts';
import { type CalledStage, CallsAhead } from './calls-ahead.ts';
import { EarlyCall } from './early-call.ts';
import type { FirstStage } from './first-call.ts';
import { HeldSession } from './held-session.ts';
import type { HostLink } from './host-link.ts';
import { explainCall } from './right.ts';
import { type CallStreams, callStage, type Ended, isDone, isUndone } from './stage-call.ts';
import { stopped, stoppedEnd } from './stopped.ts';

/** How often one stage is called at most: again only when the host says that it did not happen. */
const mostCalls = 3;

/** What goes to a stage, and each line of its while it runs. */
export interface RunStreams {
  readonly stdin?: () => Readable;
  readonly onFact?: (line: string) => void;
}

/** One host during one command: what is called there under the lock, over a session that may break and come back. */
export class HostConnection {
  readonly #link: HostLink;
  readonly #held: HeldSession;
  readonly #ahead = new CallsAhead();

  constructor(link: HostLink) {
    this.#link = link;
    this.#held = new HeldSession(link);
  }

  /** The runs that held the lock while this one waited for it, as they name themselves. */
  get waitedFor(): readonly string[] {
    return this.#held.waitedFor;
  }

  /** How long the host takes to answer, in ms. */
  get roundTripMs(): number {
    return this.#held.session.roundTripMs;
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
    const early = await this.#held.hold({ holder, channels }, lockWaitMs, first).catch((error: unknown) => {
      throw this.#link.signal.aborted ? this.#link.signal.reason : error;
    });
    if (early !== undefined) this.#ahead.add(early);
  }

  /**
   * Has a stage called ahead, as soon as the one that it follows is called and waited for, if a channel is open for it
   * then: the host begins it when that has ended well, and where it has not, nothing is done. `run` then waits for it;
   * what was not called by then, `run` calls.
   */
  planAfter(before: CalledStage, stage: CalledStage, parameters: HostParameters): void {
    this.#ahead.planAfter(before, { stage, parameters });
  }

  /**
   * Whether a stage that was called ahead and never waited for may have begun, or may yet begin; gives the host a while
   * to say that it was not.
   */
  async mayHaveBegun(stage: CalledStage): Promise<boolean> {
    return await this.#ahead.mayHaveBegun(stage);
  }

  /**
   * Runs one stage and gives its facts; one that was called already is waited for. `stdin` makes its data. When the link
   * breaks meanwhile it connects again and asks the host what became of the stage; it is called anew only if it did not
   * happen. Throws a Failure.
   */
  async run(stage: CalledStage, parameters: HostParameters, streams: RunStreams = {}): Promise<Facts> {
    const ended = await this.#complete(stage, parameters, streams);
    if (isDone(ended)) return ended.facts;
    const failure = await explainCall(this.#held.session, this.#link, stage, ended);
    throw this.#link.signal.aborted ? stopped(this.#link.signal.reason, failure, ended) : failure;
  }

  /**
   * Calls the stage part beside upload, over a channel that is open already, or is opened for it; where sshd opens no more,
   * nothing happens, and `stdin` is not called. Resolves at its end. Never throws: what went wrong shows in upload.
   */
  async callPart(parameters: HostParameters, stdin: () => Readable): Promise<void> {
    const { session } = this.#held;
    const { run, token } = this.#held.lease;
    if (session.prepared() === 0) await session.prepare(1);
    if (session.prepared() === 0) return;
    await callStage(session, this.#link, 'part', { ...parameters, run, lease: token }, { stdin: stdin() });
  }

  /** Opens a port of this machine that leads to a port of the host's loopback address; it ends with the link. */
  async openTunnel(hostPort: number): Promise<Tunnel> {
    await this.#held.makeReady();
    return await this.#held.session.openTunnel(hostPort);
  }

  /** Ends the run, gives the host a second to clear away what is left, and ends the session. */
  async end(): Promise<void> {
    await this.#held.end();
  }

  async #complete(
    stage: CalledStage,
    parameters: HostParameters,
    { stdin, onFact }: RunStreams,
  ): Promise<Ended> {
    const { signal, log } = this.#link;
    for (let calls = 1; ; calls++) {
      const early = this.#ahead.take(stage);
      if (early === undefined) await this.#held.makeReady();
      const { run, token } = { ...this.#held.lease, ...(early && { token: early.token }) };
      const call = { ...parameters, run, lease: token };
      early?.show();
      const called = early?.ended ?? this.#call(stage, call, { stdin: stdin?.(), onLine: onFact });
      this.#callAfter(stage, token);
      let ended = await this.#orStopped(called);
      let refused = 0;
      while (ended.outcome.kind === 'lost' && !signal.aborted && refused < mostCalls) {
        if (this.#held.session.isOpen()) refused++;
        if (early === undefined || !this.#held.isReady)
          log.info(`the SSH connection broke during ${stage} (${ended.outcome.why})`);
        await this.#held.makeReady();
        const followed = { followed: `${token}.${stage}` };
        ended = await this.#orStopped(this.#call('follow', followed, { shown: ended.said, onLine: onFact }));
      }
      const hasHappened = !isUndone(ended) && !(early !== undefined && ended.outcome.kind === 'refused');
      if (signal.aborted || hasHappened || calls === mostCalls) return ended;
      log.info(`${stage} did not happen: calling it again`);
    }
  }

  #call(stage: HostStage, parameters: HostParameters, streams: CallStreams): Promise<Ended> {
    return callStage(this.#held.session, this.#link, stage, parameters, streams);
  }

  /** Calls what is planned after a stage that has just been called, or taken up, with this token. */
  #callAfter(before: CalledStage, token: number): void {
    const next = this.#ahead.after(before);
    const { run, token: newest } = this.#held.lease;
    if (next === undefined || token !== newest || this.#link.signal.aborted) return;
    if (!this.#held.isReady || this.#held.session.prepared() === 0) return;
    const early = new EarlyCall(next.stage, token, this.#link.log);
    const call = { ...next.parameters, run, lease: token, after: before };
    this.#call(next.stage, call, { onWord: line => early.say(line) }).then(ended => early.end(ended));
    this.#ahead.add(early);
  }

  /** Once the command is cancelled a call has a little time left. */
  async #orStopped(call: Promise<Ended>): Promise<Ended> {
    return await Promise.race([call, stoppedEnd(this.#link.signal)]);
  }
}
