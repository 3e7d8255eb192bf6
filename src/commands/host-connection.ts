import { randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, type FailureText, nothingChanged } from '../failure.ts';
import type { HostProgram } from '../host/program.ts';
import {
  Facts,
  type HostParameters,
  type HostStage,
  installCommand,
  programMissing,
  stageCommand,
  toldFailure,
} from '../host/stage.ts';
import type { Log } from '../report/log.ts';
import type { Outcome, Session } from '../ssh/session.ts';
import type { Tunnel } from '../ssh/tunnel.ts';

const heartbeatMs = 5000;

/** One host during one command: its session, the host program, the lock. */
export class HostConnection {
  readonly #session: Session;
  readonly #program: HostProgram;
  readonly #user: string;
  readonly #common: HostParameters;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #lease = randomBytes(8).toString('hex');
  #beats = new PassThrough();
  #held: Promise<unknown> = Promise.resolve();

  constructor(
    session: Session,
    program: HostProgram,
    user: string,
    common: HostParameters,
    log: Log,
    signal: AbortSignal,
  ) {
    this.#session = session;
    this.#program = program;
    this.#user = user;
    this.#common = common;
    this.#log = log;
    this.#signal = signal;
  }

  /**
   * Takes the app's lock, which lives as long as this session; installs the host program first where it
   * is not there yet. Throws a Failure: locked, sudo-refused, link-lost, not-ours, disk-full.
   */
  async acquire(holder: string, lockWaitMs: number): Promise<void> {
    const parameters = { lease: this.#lease, holder, 'lock-wait': lockWaitMs };
    const first = await this.#hold(parameters);
    if (first.kind === 'held') return;
    if (!isProgramMissing(first.outcome)) throw this.#explain('acquire', first);
    this.#log.info('installing the host program');
    await this.#install();
    const second = await this.#hold(parameters);
    if (second.kind !== 'held') throw this.#explain('acquire', second);
  }

  /** Runs one stage and gives its facts. `stdin` is its data. Throws a Failure. */
  async run(
    stage: Exclude<HostStage, 'acquire'>,
    parameters: HostParameters,
    stdin?: Readable,
  ): Promise<Facts> {
    const ended = await this.#exec(stage, { lease: this.#lease, ...parameters }, stdin);
    if (ended.outcome.kind === 'exited' && ended.outcome.code === 0) return ended.facts;
    throw this.#explain(stage, ended);
  }

  /** Opens a port of this machine that leads to a port of the host's loopback address. */
  openTunnel(hostPort: number): Promise<Tunnel> {
    return this.#session.openTunnel(hostPort);
  }

  /** Gives the lock back, waits a second at most until the host has cleared it away, and ends the session. */
  async end(): Promise<void> {
    this.#beats.end();
    if (!this.#signal.aborted) await Promise.race([this.#held, sleep(1000)]);
    this.#session.end();
  }

  /** Resolves when the lock is held, or when the stage ended without it. */
  async #hold(parameters: HostParameters): Promise<{ readonly kind: 'held' } | Ended> {
    this.#beats = new PassThrough();
    const beats = this.#beats;
    const timer = setInterval(() => beats.write('\n'), heartbeatMs);
    const { promise, resolve } = Promise.withResolvers<{ readonly kind: 'held' }>();
    const ended = this.#exec('acquire', parameters, beats, line => {
      if (line === '@lease=held') resolve({ kind: 'held' });
    }).finally(() => clearInterval(timer));
    this.#held = ended;
    return await Promise.race([promise, ended]);
  }

  async #install(): Promise<void> {
    const errors: string[] = [];
    const outcome = await this.#session.exec(installCommand(this.#program, this.#user), {
      stdin: Readable.from([this.#program.text]),
      onLine: line => errors.push(line),
      onErrorLine: line => errors.push(line),
    });
    if (outcome.kind === 'exited' && outcome.code === 0) return;
    throw this.#explain('acquire', { kind: 'ended', outcome, facts: new Facts(), errors });
  }

  async #exec(
    stage: HostStage,
    parameters: HostParameters,
    stdin?: Readable,
    onLine?: (line: string) => void,
  ): Promise<Ended> {
    const facts = new Facts();
    const errors: string[] = [];
    const command = stageCommand(this.#program, this.#user, stage, { ...this.#common, ...parameters });
    this.#log.debug(command);
    const outcome = await this.#session.exec(command, {
      ...(stdin && { stdin }),
      onLine: line => {
        if (facts.take(line)) onLine?.(line);
        else this.#log.foreign(line);
      },
      onErrorLine: line => {
        if (errors.length < 50) errors.push(line);
        this.#log.debug(line);
      },
    });
    return { kind: 'ended', outcome, facts, errors };
  }

  #explain(stage: HostStage, { outcome, facts, errors }: Ended): unknown {
    if (this.#signal.aborted) return this.#signal.reason;
    if (outcome.kind === 'exited') {
      const told = toldFailure(facts, outcome.code);
      if (told !== undefined) return new Failure(told);
    }
    if (outcome.kind === 'lost') return new Failure(lost(stage, outcome.why));
    if (facts.text('stage') === '' && errors.some(line => line.startsWith('sudo:')))
      return new Failure(sudoRefused(this.#user, errors));
    return new Failure(hostError(stage, outcome, errors));
  }
}

interface Ended {
  readonly kind: 'ended';
  readonly outcome: Outcome;
  readonly facts: Facts;
  readonly errors: readonly string[];
}

const isProgramMissing = (outcome: Outcome): boolean =>
  outcome.kind === 'exited' && outcome.code === programMissing;

const lost = (stage: HostStage, why: string): FailureText => ({
  reason: 'link-lost',
  message: `The SSH connection broke during ${stage}: ${why}.`,
  traffic: '',
  remedy: 'Run again: the next run looks what is there, finishes or takes back what was left, and goes on.',
});

const sudoRefused = (user: string, errors: readonly string[]): FailureText => ({
  reason: 'sudo-refused',
  message: `sudo on the host refused ${user}: ${errors.find(line => line.startsWith('sudo:')) ?? ''}`,
  traffic: nothingChanged,
  remedy: `Give ${user} passwordless sudo: a file in /etc/sudoers.d with '${user} ALL=(ALL) NOPASSWD: ALL'.`,
});

const hostError = (stage: HostStage, outcome: Outcome, errors: readonly string[]): FailureText => ({
  reason: 'host-error',
  message:
    outcome.kind === 'killed'
      ? `The host program was ended by the signal ${outcome.signal} during ${stage}.`
      : `The host program ended ${stage} with status ${outcome.kind === 'exited' ? outcome.code : 'unknown'}: ${errors.at(-1) ?? 'it said nothing'}`,
  traffic: '',
  remedy: 'Look at the log; if the host is in order, run again. If it happens again, please report it.',
  evidence: errors.length > 0 ? [{ title: 'what the host program wrote to stderr', lines: errors }] : [],
});
