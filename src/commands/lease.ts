import { randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { Facts, type HostParameters, installCommand } from '../host/stage.ts';
import type { Session } from '../ssh/session.ts';
import type { EarlyCall } from './early-call.ts';
import { FirstCall, type FirstStage } from './first-call.ts';
import { explainCall } from './right.ts';
import { type Caller, callStage, type Ended, explainEnd, isProgramMissing } from './stage-call.ts';

const heartbeatMs = 5000;

/** What a run is known by on the host: its name, and the newest token it was given. */
export interface LeaseId {
  readonly run: string;
  readonly token: number;
}

/** The lock of one app on one host, held by a session's heartbeat. */
export class Lease {
  readonly #caller: Caller;
  readonly #onLost: () => void;
  readonly #run: string;
  readonly #waitedFor: string[] = [];
  #token: number;
  #beats = new PassThrough();
  #isHeld = false;
  #hasEnded = false;
  #ended: Promise<unknown> = Promise.resolve();

  /** `onLost` is called when it is not held any more; `left` is that of an earlier process of the same run, to be resumed. */
  constructor(caller: Caller, onLost: () => void, left?: LeaseId) {
    this.#caller = caller;
    this.#onLost = onLost;
    this.#run = left?.run ?? randomBytes(8).toString('hex');
    this.#token = left?.token ?? 0;
  }

  get id(): LeaseId {
    return { run: this.#run, token: this.#token };
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** The runs that held the lock while this one waited for it, each as it names itself to people. */
  get waitedFor(): readonly string[] {
    return this.#waitedFor;
  }

  /** Whether the host has said that this run has ended. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * Takes the lock over this session, or takes it up again when this run had it before; installs the host program
   * first where it is not there yet and the user may. Resolves when it is held, with the call of the stage that came
   * with it. Throws a Failure: locked, sudo-refused, program-outdated, link-lost (also when another run took over),
   * not-ours, disk-full.
   */
  async hold(
    session: Session,
    holder: string,
    lockWaitMs: number,
    first?: FirstStage,
  ): Promise<EarlyCall | undefined> {
    const parameters = {
      ...first?.parameters,
      ...(first && { first: first.stage }),
      run: this.#run,
      resume: this.#token,
      holder,
      'lock-wait': lockWaitMs,
    };
    const { log } = this.#caller;
    const call = first && new FirstCall(first, log);
    const answer = await this.#hold(session, parameters, call);
    if (answer === 'held') return call?.call;
    if (!isProgramMissing(answer) || this.#caller.restrictedTo !== undefined)
      throw await explainCall(session, this.#caller, 'acquire', answer);
    log.info('installing the host program');
    await this.#install(session);
    const callAgain = first && new FirstCall(first, log);
    const second = await this.#hold(session, parameters, callAgain);
    if (second !== 'held') throw explainEnd(this.#caller.user, 'acquire', second);
    return callAgain?.call;
  }

  /**
   * Ends the run with its account of itself, one line: what it has going stops at its next safe point, and the lock is
   * free. Resolves when the host has cleared up.
   */
  async end(account: string): Promise<void> {
    if (this.#beats.writable) this.#beats.end(`${account}\nbye\n`);
    await this.#ended;
  }

  /**
   * Resolves when the lock is held, or when the stage ended without it. The heart beats from then on: a line of a run
   * that only waits means that it is gone.
   */
  async #hold(
    session: Session,
    parameters: HostParameters,
    first: FirstCall | undefined,
  ): Promise<'held' | Ended> {
    const beats = new PassThrough();
    this.#beats = beats;
    const { promise, resolve } = Promise.withResolvers<'held'>();
    let timer: NodeJS.Timeout | undefined;
    const lose = (): void => {
      clearInterval(timer);
      if (this.#beats !== beats || !this.#isHeld) return;
      this.#isHeld = false;
      this.#onLost();
    };
    const ended = callStage(session, this.#caller, 'acquire', parameters, {
      stdin: beats,
      onLine: line => {
        // What setup fixed, and not the caller, is told before the lock is asked for.
        if (this.#isHeld || line.startsWith('@finding=')) first?.take(line);
        if (line.startsWith('@token=')) this.#token = Number(line.slice('@token='.length));
        if (line.startsWith('@waited-for=')) this.#waitedFor.push(line.slice('@waited-for='.length));
        if (line === '@lease=lost') lose();
        if (line === '@run=ended') this.#hasEnded = true;
        if (line !== '@lease=held') return;
        this.#isHeld = true;
        if (first !== undefined) first.call.token = this.#token;
        timer = setInterval(() => beats.writable && beats.write('\n'), heartbeatMs);
        resolve('held');
      },
      onWord: line => {
        if (this.#isHeld && first !== undefined) first.say(line);
        else this.#caller.log.foreign(line);
      },
      onErrorLine: line => first?.complain(line),
    }).finally(lose);
    ended.then(({ outcome }) =>
      first?.end(outcome.kind === 'lost' ? outcome : { kind: 'lost', why: 'the lock was given up' }),
    );
    this.#ended = ended;
    return await Promise.race([promise, ended]);
  }

  async #install(session: Session): Promise<void> {
    const { program, user } = this.#caller;
    const errors: string[] = [];
    const outcome = await session.exec(installCommand(program, user), {
      stdin: Readable.from([program.text]),
      onLine: line => errors.push(line),
      onErrorLine: line => errors.push(line),
    });
    if (outcome.kind === 'exited' && outcome.code === 0) return;
    throw await explainCall(session, this.#caller, 'acquire', {
      outcome,
      facts: new Facts(),
      errors,
      said: 0,
      before: [],
    });
  }
}
