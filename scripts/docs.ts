/**
 * Writes the tables of the docs that are made from action.yml, src/failure.ts and docs/result.schema.json. `--check`
 * writes nothing and fails naming the stale pages.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { reasons } from '../src/failure.ts';

interface Input {
  readonly description: string;
  readonly default?: string;
  readonly required?: boolean;
}

interface ActionFile {
  readonly inputs: Readonly<Record<string, Input>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

interface ResultSchema {
  readonly $defs: {
    readonly host: {
      readonly required: readonly string[];
      readonly properties: Readonly<Record<string, { readonly description: string }>>;
    };
  };
}

type TableName = 'inputs' | 'outputs' | 'causes' | 'reasons' | 'result';

/** The pages, and the tables that stand in each between `<!-- name -->` and `<!-- /name -->`. */
export const pages: ReadonlyMap<string, readonly TableName[]> = new Map([
  ['README.md', ['causes', 'inputs', 'outputs']],
  ['docs/inputs.md', ['inputs']],
  ['docs/failures.md', ['reasons']],
  ['docs/outputs.md', ['outputs', 'result']],
]);

const tree = new URL('../', import.meta.url);
const readText = (path: string): string => readFileSync(new URL(path, tree), 'utf8');

/** The page as it should be: its own text, with its tables made anew. */
export function renewPage(path: string): string {
  const names = pages.get(path) ?? [];
  return names.reduce((text, name) => replaceTable(text, name, makeTable(name), path), readText(path));
}

function makeTable(name: TableName): string {
  const { inputs, outputs }: ActionFile = parse(readText('action.yml'));
  switch (name) {
    case 'inputs':
      return table(
        ['Input', 'Default', 'Meaning'],
        Object.entries(inputs).map(([input, facts]) => [code(input), defaultOf(facts), facts.description]),
      );
    case 'outputs':
      return table(
        ['Output', 'Meaning'],
        Object.entries(outputs).map(([output, { description }]) => [code(output), description]),
      );
    case 'causes':
      return table(
        ['`reason`', 'When'],
        Object.entries(reasons).map(([reason, { when }]) => [code(reason), when]),
      );
    case 'result': {
      const { $defs }: ResultSchema = JSON.parse(readText('docs/result.schema.json'));
      return table(
        ['Field', 'Always', 'Meaning'],
        Object.entries($defs.host.properties).map(([field, { description }]) => [
          code(field),
          $defs.host.required.includes(field) ? 'yes' : '',
          description,
        ]),
      );
    }
    case 'reasons':
      return table(
        ['`reason`', 'When', 'What to do'],
        Object.entries(reasons).map(([reason, { when, cure }]) => [code(reason), when, cure]),
      );
  }
}

const defaultOf = ({ default: value, required }: Input): string =>
  required ? 'required' : value === undefined ? '' : code(value);

const code = (text: string): string => `\`${text}\``;

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A cell is one line, and a `|` in it is no border, not even between backticks. */
const escapeCell = (text: string): string => text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');

export function replaceTable(text: string, name: string, content: string, path: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before = '', rest, another] = text.split(begin);
  const after = rest?.split(end);
  if (another !== undefined || after?.length !== 2) {
    throw new Error(`${path} must have ${begin} and ${end} once, in this order`);
  }
  return `${before}${begin}\n${content}\n${end}${after[1]}`;
}

function main(): void {
  const stale = [...pages.keys()].filter(path => renewPage(path) !== readText(path));
  if (!process.argv.includes('--check')) {
    for (const path of stale) writeFileSync(new URL(path, tree), renewPage(path));
  } else if (stale.length > 0) {
    process.stderr.write(`not up to date: ${stale.join(', ')}: run npm run docs and commit it.\n`);
    process.exitCode = 1;
  }
}

if (import.meta.main) main();
