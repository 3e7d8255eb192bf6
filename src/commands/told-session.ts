import { pipeline, Transform } from 'node:stream';
import type { HostProgram } from '../host/program.ts';
import { formatBytes, formatMs } from '../report/format.ts';
import type { Log } from '../report/log.ts';
import type { Outcome, Session } from '../ssh/session.ts';
import { waitingShell } from '../ssh/waiting-shell.ts';

/** What is told of each exec, and to whom. */
export interface Teller {
  readonly log: Log;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly program: HostProgram;
}

/**
 * The session, with each exec told in the debug log: the request to the letter, the host program where it is what is
 * sent, facts and stderr as they come, and how and when it ended. Other data on stdin (environment, jar) is counted
 * and never shown.
 */
export function tellExecs(session: Session, { log, now, program }: Teller): Session {
  let execs = 0;
  return {
    ...session,
    async prepare(count) {
      log.debug(`opening ${count} channels for commands to come, each with: ${waitingShell}`);
      await session.prepare(count);
      log.debug(`${session.prepared()} of them are open`);
    },
    async exec(command, streams) {
      const name = `exec ${++execs}`;
      const began = now();
      const sent = new SentData(program.text, () => tellProgram(name, program, log));
      log.debug(`${name}: ${withoutEnvironmentHash(command)}`);
      const outcome = await session.exec(command, {
        ...(streams.stdin && { stdin: pipeline(streams.stdin, sent.counter(), () => undefined) }),
        onLine: line => {
          if (line.startsWith('@')) log.debug(`${name} told ${withoutDigest(line)}`);
          streams.onLine(line);
        },
        onErrorLine: line => {
          log.debug(`${name} stderr: ${line}`);
          streams.onErrorLine(line);
        },
      });
      log.debug(
        `${name} ${describe(outcome)} after ${formatMs(now() - began)}, ${formatBytes(sent.bytes)} sent on stdin`,
      );
      return outcome;
    },
  };
}

/** Counts what passes, and says when it has been the host program. */
class SentData {
  bytes = 0;
  readonly #program: Buffer;
  readonly #onProgram: () => void;
  #isSame = true;

  constructor(program: string, onProgram: () => void) {
    this.#program = Buffer.from(program);
    this.#onProgram = onProgram;
  }

  counter(): Transform {
    return new Transform({
      transform: (chunk: Buffer | string, _encoding, done) => {
        const bytes = Buffer.from(chunk);
        const expected = this.#program.subarray(this.bytes, this.bytes + bytes.length);
        this.#isSame &&= bytes.subarray(0, expected.length).equals(expected);
        const isLast = expected.length > 0 && this.bytes + expected.length === this.#program.length;
        this.bytes += bytes.length;
        if (this.#isSame && isLast) this.#onProgram();
        done(null, chunk);
      },
    });
  }
}

function tellProgram(name: string, { text, sha256 }: HostProgram, log: Log): void {
  const lines = text.trimEnd().split('\n');
  log.debug(`${name} sent the host program, sha256 ${sha256}, ${lines.length} lines:`);
  const width = String(lines.length).length;
  for (const [index, line] of lines.entries()) log.debug(`${String(index + 1).padStart(width)}  ${line}`);
}

/** From the hash of an environment of one short secret the secret could be found. */
const withoutEnvironmentHash = (command: string): string =>
  command.replace(/\b(env-sha256|salt)=[0-9a-f]+/g, '$1=***');

/** The same of one variable's. */
const withoutDigest = (line: string): string => line.replace(/^(@environment=\S*) .*/s, '$1 ***');

function describe(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exited':
      return `ended with status ${outcome.code}`;
    case 'killed':
      return `was ended by signal ${outcome.signal}`;
    case 'lost':
      return `was lost (${outcome.why})`;
    case 'refused':
      return `was refused (${outcome.why})`;
  }
}
