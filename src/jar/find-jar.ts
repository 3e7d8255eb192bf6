import { glob, stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { Failure, nothingContacted } from '../failure.ts';

/** The one file that a path or glob matches, below `folder`. Throws a Failure: jar-missing. */
export async function findJar(pattern: string, folder: string): Promise<string> {
  const literal = resolve(folder, pattern);
  if (await isFile(literal)) return literal;
  const matches: string[] = [];
  for await (const match of glob(pattern, { cwd: folder })) {
    const path = resolve(folder, match);
    if (await isFile(path)) matches.push(path);
  }
  const [only, ...others] = matches.sort();
  if (only === undefined)
    throw missing(
      `No file matches jar '${pattern}' in ${folder}.`,
      'Build the jar first (build-command), or correct the path.',
    );
  if (others.length > 0) {
    const names = matches.map(path => relative(folder, path)).join(', ');
    throw missing(
      `jar '${pattern}' matches ${matches.length} files: ${names}.`,
      "Narrow it to one; Spring Boot's -plain.jar is not the executable one.",
    );
  }
  return only;
}

const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isFile() ?? false;

const missing = (message: string, remedy: string): Failure =>
  new Failure({ reason: 'jar-missing', message, traffic: nothingContacted, remedy });
