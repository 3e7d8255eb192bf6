import type { getOctokit } from '@actions/github';
import { isPassing, readError } from './refusal.ts';

/** GitHub's client for one token. */
export type GitHub = ReturnType<typeof getOctokit>;

/** The comments of one pull request. */
export interface Thread {
  readonly owner: string;
  readonly repo: string;
  readonly issue_number: number;
}

type Comment = Awaited<ReturnType<GitHub['rest']['issues']['getComment']>>['data'];

/**
 * The oldest comment that begins with the marker and that a bot or the token's own user wrote. Anybody may paste the
 * marker; a comment of theirs, which they could change at any time, is never taken for ours.
 */
export async function findOwn(github: GitHub, thread: Thread, marker: string): Promise<Comment | undefined> {
  let ownId: Promise<number | undefined> | undefined;
  const pages = github.paginate.iterator(github.rest.issues.listComments, { ...thread, per_page: 100 });
  for await (const { data } of pages) {
    for (const comment of data.filter(({ body }) => body?.startsWith(marker))) {
      if (comment.user?.type === 'Bot') return comment;
      ownId ??= idOfUser(github);
      if (comment.user !== null && comment.user.id === (await ownId)) return comment;
    }
  }
  return undefined;
}

/** The user whose token it is; undefined for the token of a run or an app, which is no user's. */
async function idOfUser(github: GitHub): Promise<number | undefined> {
  try {
    return (await github.rest.users.getAuthenticated()).data.id;
  } catch (error) {
    if (isPassing(readError(error))) throw error;
    return undefined;
  }
}
