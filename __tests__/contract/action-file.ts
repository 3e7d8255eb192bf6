import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What action.yml says of one input or output. */
export interface Described {
  readonly description?: string;
  readonly default?: string;
  readonly required?: boolean;
}

/** action.yml, as far as the contract goes. */
export interface ActionFile {
  readonly name: string;
  readonly description: string;
  readonly branding: { readonly icon: string; readonly color: string };
  readonly runs: { readonly using: string; readonly main: string };
  readonly inputs: Readonly<Record<string, Described>>;
  readonly outputs: Readonly<Record<string, Described>>;
}

export const tree = new URL('../../', import.meta.url);

export const readText = (path: string): string => readFileSync(new URL(path, tree), 'utf8');

/** action.yml as it stands in the tree. */
export const actionFile: ActionFile = parse(readText('action.yml'));
