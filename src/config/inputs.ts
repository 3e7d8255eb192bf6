import ms, { type StringValue } from 'ms';
import type { Problems } from './problems.ts';

/** Reads one input by its name, trimmed; empty when it is not given. */
export type ReadInput = (name: string) => string;

/** The typed doorway for inputs: each reader takes a name, notes a problem, and gives a value to go on with. */
export class Inputs {
  readonly #read: ReadInput;
  readonly #problems: Problems;

  constructor(read: ReadInput, problems: Problems) {
    this.#read = read;
    this.#problems = problems;
  }

  text(name: string): string {
    return this.#read(name);
  }

  refuse(name: string, accepted: string): void {
    this.#problems.add(name, show(this.#read(name)), accepted);
  }

  /** For secrets: the problem never shows what was given. */
  refuseSecret(name: string, accepted: string): void {
    this.#problems.add(name, this.#read(name) === '' ? '' : 'given (not shown)', accepted);
  }

  /** Text wholly matched by the pattern; it travels to the host in one command line. */
  matching(name: string, pattern: RegExp, accepted: string): string {
    const value = this.#read(name);
    if (!pattern.test(value) || hasControl(value)) this.refuse(name, accepted);
    else if (value.length > longest) this.refuse(name, `${accepted}, at most ${longest} characters`);
    return value;
  }

  /** A path as it stands in a request line. */
  path(name: string): string {
    return this.matching(name, urlPath, acceptedPath);
  }

  /** Such paths, one a line; none when it is not given. */
  paths(name: string): readonly string[] {
    const paths = this.lines(name);
    if (!paths.every(path => urlPath.test(path))) this.refuse(name, `on each line ${acceptedPath}`);
    return paths;
  }

  /** An http or https URL; undefined when it is not given. */
  optionalUrl(name: string): URL | undefined {
    const value = this.#read(name);
    if (value === '') return undefined;
    const url = hasControl(value) ? null : URL.parse(value);
    const isPlain =
      url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
    if (isPlain) return url;
    this.refuse(name, 'an http or https URL, without a user name or password');
    return undefined;
  }

  oneOf<T extends string>(name: string, choices: readonly [T, ...T[]]): T {
    const value = this.#read(name);
    const chosen = choices.find(choice => choice === value);
    if (chosen === undefined) this.refuse(name, choices.join(', '));
    return chosen ?? choices[0];
  }

  flag(name: string): boolean {
    return this.oneOf(name, ['false', 'true']) === 'true';
  }

  /** A whole number between two bounds, both included. */
  number(name: string, least: number, most: number): number {
    const value = this.#read(name);
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= least && number <= most)) this.refuse(name, `a whole number from ${least} to ${most}`);
    return number;
  }

  optionalNumber(name: string, least: number, most: number): number | undefined {
    return this.#read(name) === '' ? undefined : this.number(name, least, most);
  }

  /** A duration such as 500ms, 30s or 2m, in milliseconds, between two bounds. */
  duration(name: string, least: StringValue, most: StringValue): number {
    const value = this.#read(name);
    const found = isDuration(value) ? ms(value) : Number.NaN;
    if (!(found >= ms(least) && found <= ms(most))) {
      this.refuse(name, `a duration such as 500ms, 30s or 2m, from ${least} to ${most}`);
    }
    return Math.round(found);
  }

  /** The lines that are not empty, trimmed. */
  lines(name: string): readonly string[] {
    return this.#read(name)
      .split(/\r\n?|\n/)
      .map(line => line.trim())
      .filter(line => line !== '');
  }
}

const longest = 4096;
const urlPath = /^\/[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*$/;
const acceptedPath = 'a path that begins with /, percent-encoded where needed';

const isDuration = (text: string): text is StringValue => /^\d{1,9}(\.\d{1,9})?(ms|s|m|h)$/.test(text);

/** Whether the text has characters that cannot stand in a line of a file on the host; half a surrogate pair is one. */
export const hasControl = (text: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\0-\x1f\x7f]/.test(text) || !text.isWellFormed();

/** A given value in quotes, on one line, cut; what cannot be seen is spelled out. */
const show = (value: string): string =>
  value === ''
    ? ''
    : JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value).replace(
        /[\x7f-\xa0\p{Cf}\p{Zl}\p{Zp}]/gu,
        char => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
      );
