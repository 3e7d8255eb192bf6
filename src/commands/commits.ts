import type { Plan } from '../report/plan.ts';
import type { World } from './world.ts';

/** So many commits are shown. */
const mostCommits = 20;

/** The commits of the workspace since the live one, newest first; undefined where git has not both. Never fails. */
export async function commitsSince(readGit: World['readGit'], live: string): Promise<Plan['commits']> {
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(live)) return undefined;
  const range = `${live}..HEAD`;
  const [count = ''] = (await readGit(['rev-list', '--count', range, '--'])) ?? [];
  if (!/^\d{1,9}$/.test(count)) return undefined;
  const lines = await readGit(['log', `--max-count=${mostCommits}`, '--format=%H %s', range, '--']);
  const shown = (lines ?? []).flatMap(line => {
    const [, commit, subject = ''] = /^([0-9a-f]{40,64}) ?(.*)$/s.exec(line) ?? [];
    return commit === undefined ? [] : [{ commit, subject: subject.slice(0, 300) }];
  });
  return { total: Number(count), shown };
}
