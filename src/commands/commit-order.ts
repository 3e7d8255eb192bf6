import type { DeployConfig } from '../config.ts';
import { Failure } from '../failure.ts';
import type { Origin, Provenance } from './provenance.ts';
import type { Inspection } from './stages/inspect.ts';
import type { World } from './world.ts';

/** What git knows of our commit beside the live one: it comes before it, after it, or git cannot tell. */
export type Kinship = 'before' | 'after' | 'unknown';

/**
 * Refuses to deploy over a newer commit of the same branch. Gives what is to be warned of: nothing for a run that
 * is not too late; its sentence when a person asked for it, or `older-commit` or `force` permits it. Throws a
 * Failure (older-commit). `waitedFor`: the runs that held the lock before this one, as they name themselves.
 */
export async function refuseOlderCommit(
  { config, world }: { readonly config: Pick<DeployConfig, 'olderCommit' | 'force'>; readonly world: World },
  { liveRelease, liveOrigin, isUnchanged }: Pick<Inspection, 'liveRelease' | 'liveOrigin' | 'isUnchanged'>,
  waitedFor: readonly string[],
): Promise<readonly string[]> {
  const ours = world.provenance;
  if (isUnchanged || liveOrigin === undefined || !isSameLine(ours, liveOrigin)) return [];
  const kinship = await kinshipOf(world.runGit, ours.commit, liveOrigin.commit);
  if (!isOlder(ours, liveOrigin, kinship)) return [];
  const isBehind = waitedFor.some(holder => holder.includes(`, ${liveOrigin.runUrl} (`));
  const why = kinship === 'before' ? 'it comes before it in git' : 'its run was started before that one';
  const message = `Commit ${short(ours)} of ${ours.ref} (${ours.runUrl}) is older than commit ${short(liveOrigin)} (${liveOrigin.runUrl}), which is live as ${liveRelease}: ${why}.${isBehind ? ' This run waited for the lock behind it.' : ''}`;
  if (isByHand(ours)) return [`${message} It is deployed all the same: a person started this run.`];
  if (config.olderCommit === 'warn' || config.force) return [`${message} It is deployed all the same.`];
  throw new Failure({
    reason: 'older-commit',
    message: `${message} This run came too late: it would take the app back.`,
    traffic: '',
    remedy:
      'If the newer commit is meant to stay, there is nothing to do. To go back on purpose, run this one again by hand ("Re-run jobs"), or give older-commit: warn.',
  });
}

/** Whether two commits can be older and newer: two of one branch, or two tags. */
function isSameLine(ours: Origin, live: Origin): boolean {
  if ([ours.repository, ours.ref, ours.commit, live.commit].includes('')) return false;
  if (ours.repository !== live.repository || ours.commit === live.commit) return false;
  return ours.ref === live.ref || (isTag(ours) && isTag(live));
}

/**
 * Whether our run is too late. On a branch git knows it where it has the history; else the run that was started
 * first is the older one. Of two tags only the runs tell: a fix of an old version may be tagged last.
 */
export function isOlder(ours: Origin, live: Origin, kinship: Kinship): boolean {
  if (kinship !== 'unknown' && !isTag(ours)) return kinship === 'before';
  const isCounted = ours.workflow !== '' && ours.workflow === live.workflow;
  const [first, second] = isCounted ? [ours.runNumber, live.runNumber] : [ours.runId, live.runId];
  return isNumber(first) && isNumber(second) && BigInt(first) < BigInt(second);
}

/** Asks git, where the workspace has one and the history is there. Never fails. */
export async function kinshipOf(runGit: World['runGit'], ours: string, live: string): Promise<Kinship> {
  if (![ours, live].every(commit => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit))) return 'unknown';
  const isAncestor = async (first: string, second: string): Promise<boolean> =>
    (await runGit(['merge-base', '--is-ancestor', first, second])) === 0;
  if (await isAncestor(ours, live)) return 'before';
  return (await isAncestor(live, ours)) ? 'after' : 'unknown';
}

/** Whether a person started this very run: through the form of `workflow_dispatch`, or once more. */
const isByHand = ({ event, attempt }: Provenance): boolean =>
  event === 'workflow_dispatch' || (isNumber(attempt) && Number(attempt) > 1);

const isTag = ({ ref }: Origin): boolean => ref.startsWith('refs/tags/');
const isNumber = (text: string): boolean => /^\d+$/.test(text);
const short = ({ commit }: Origin): string => commit.slice(0, 8);
