import type { FailureText, Reason } from '../failure.ts';
import { isReason, reasons } from '../failure.ts';
import { evidenceIn } from './evidence.ts';
import type { HostProgram } from './program.ts';
import { quote } from './quote.ts';

/** The stages that the host performs. */
export type HostStage =
  | 'acquire'
  | 'inspect'
  | 'upload'
  | 'part'
  | 'start'
  | 'switch'
  | 'bake'
  | 'revert'
  | 'retire'
  | 'rollback'
  | 'settle'
  | 'survey'
  | 'setup'
  | 'follow';

/** The stages that only look: they take no lock and change nothing. */
export type LookStage = 'plan' | 'status';

/** Parameters of the host program, by the names in src/host/parameters.sh. */
export type HostParameters = Readonly<Record<string, string | number>>;

/** Ends the exec when the program is not installed, before sudo is asked. */
export const programMissing = 44;

/**
 * The exec request for one stage; sudo is left out for root, who may not have it. `restrictedTo` is the app that the
 * user has a right for, where that is the only one it has.
 */
export function stageCommand(
  program: HostProgram,
  user: string,
  stage: HostStage | LookStage,
  parameters: HostParameters,
  restrictedTo?: string,
): string {
  const boundary = restrictedTo === undefined ? [] : ['restricted', quote(restrictedTo)];
  const run = [...sudo(user), program.path, ...boundary, stage, ...wordsOf(parameters)].join(' ');
  return `test -x ${program.path} || exit ${programMissing}; exec ${run}`;
}

/**
 * The exec request for one stage where the program is not installed and is not to be: its text comes on stdin, since
 * sudo writes what it is called with to the journal.
 */
export const textCommand = (user: string, stage: LookStage, parameters: HostParameters): string =>
  `exec ${[...sudo(user), 'sh', '-s', '--', stage, ...wordsOf(parameters)].join(' ')}`;

const wordsOf = (parameters: HostParameters): readonly string[] =>
  Object.entries(parameters).map(([key, value]) => quote(`${key}=${value}`));

/** The exec request that installs the program from stdin: whole, checked by its sha256, or not at all. */
export function installCommand(program: HostProgram, user: string): string {
  const folder = program.path.slice(0, program.path.lastIndexOf('/'));
  const part = `${folder}/.part.$$`;
  const script = [
    `umask 022 && mkdir -p ${folder} && cat >${part}`,
    `printf '%s  %s\\n' ${program.sha256} ${part} | sha256sum -c --quiet`,
    `chmod 0755 ${part} && sync ${part} && mv -f ${part} ${program.path}`,
  ].join(' && ');
  const whole = `${script} || { rm -f ${part}; exit 1; }`;
  return `exec ${[...sudo(user), 'sh', '-c', quote(whole)].join(' ')}`;
}

/** The exec request that asks sudo what the user may call. */
export const listRights = 'exec sudo -n -l';

const sudo = (user: string) => (user === 'root' ? [] : ['sudo', '-n']);

/**
 * What is kept of a stage's facts, so that a host cannot fill the runner's memory: each key's first value, and so much
 * of the others.
 */
const mostKeys = 200;
const mostCharacters = 1024 * 1024;

/** Everything one stage told: facts by key, in order. Text without `@` is for people. */
export class Facts {
  readonly #values = new Map<string, string[]>();
  #room = mostCharacters;

  /** Takes one line of output; true when it was a fact. */
  take(line: string): boolean {
    const match = /^@([a-z0-9-]+)=(.*)$/s.exec(line);
    const [, key, value] = match ?? [];
    if (key === undefined || value === undefined) return false;
    const values = this.#values.get(key);
    if (values === undefined) {
      if (this.#values.size < mostKeys) this.#values.set(key, [value]);
    } else {
      this.#room -= line.length + 64;
      if (this.#room > 0) values.push(value);
    }
    return true;
  }

  all(key: string): readonly string[] {
    return this.#values.get(key) ?? [];
  }

  /** The last value of the key; empty when it was not told. */
  text(key: string): string {
    return this.all(key).at(-1) ?? '';
  }

  /** The last value as a whole number; undefined when it was not told or is none. */
  number(key: string): number | undefined {
    const text = this.text(key);
    return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
  }
}

/** The failure that a stage told before it ended with `code`; undefined when it told none or its code is another's. */
export function toldFailure(facts: Facts, code: number): FailureText | undefined {
  const reason = facts.text('reason');
  if (!isReason(reason) || exitCodeOf(reason) !== code) return undefined;
  return {
    reason,
    message: facts.text('message'),
    traffic: facts.text('traffic'),
    remedy: facts.text('remedy'),
    isTakenBack: facts.text('taken-back') === 'yes',
    ...evidenceIn(facts),
  };
}

export const exitCodeOf = (reason: Reason): number | undefined => {
  const facts = reasons[reason];
  return 'exitCode' in facts ? facts.exitCode : undefined;
};
