import { setTimeout as wait } from 'node:timers/promises';
import pRetry from 'p-retry';
import { type Log, plainLines } from './log.ts';
import { pullRequestOf } from './pull-request/event.ts';
import { type FittedComment, fitComment } from './pull-request/fit.ts';
import { markerOf } from './pull-request/marker.ts';
import { findOwn, type GitHub, type Thread } from './pull-request/own-comment.ts';
import { explainRefusal, isPassing, readError } from './pull-request/refusal.ts';

/** A comment that is kept up to date on a run's pull request; there is one for each app and set of hosts. */
export interface PullRequestComment {
  readonly token: string;
  readonly app: string;
  /** What tells these hosts from others and stays when one is replaced, in any order. */
  readonly hosts: readonly string[];
  /** Markdown without secrets. */
  readonly body: string;
}

/** The run that comments. */
export interface CommentingRun {
  /** Base of GitHub's REST API. */
  readonly apiUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly event: string;
  /** Gives the parsed event, or undefined. */
  readonly readEvent: () => unknown;
  /** Page of the run, where the whole summary is; empty where it is unknown. */
  readonly runUrl: string;
}

/** What a comment may cost, in ms. */
export interface CommentPatience {
  readonly firstRetryMs: number;
  /** A longer wait that GitHub asks for is not waited. */
  readonly longestWaitMs: number;
  /** Of each request. */
  readonly requestMs: number;
  readonly signal: AbortSignal;
}

/** Fit for a step that people wait for. */
export const commentPatience = { firstRetryMs: 1000, longestWaitMs: 60_000, requestMs: 20_000 };

/** How the comment is now. `why` is one or more sentences for people. */
export type CommentResult =
  | {
      readonly kind: 'created' | 'updated' | 'unchanged';
      readonly url: string;
      /** Whether the body was too long for a comment. */
      readonly isCut: boolean;
    }
  | { readonly kind: 'no-pull-request' | 'refused' | 'failed'; readonly why: string };

/**
 * Writes the comment on the pull request of the run: anew, or in place of the one that an earlier run wrote. A passing
 * fault is tried again from the search on, so that a comment whose answer was lost is found and not written twice.
 * Never throws.
 */
export async function keepComment(
  comment: PullRequestComment,
  run: CommentingRun,
  patience: CommentPatience,
): Promise<CommentResult> {
  const found = pullRequestOf(run.event, run.readEvent());
  if (found.kind === 'none') return { kind: 'no-pull-request', why: found.why };
  const name = `pull request #${found.number}`;
  if (comment.token === '') {
    return { kind: 'refused', why: `There is no comment on ${name}, because github-token is empty.` };
  }
  const whole = run.runUrl === '' ? 'the summary of the run' : `[the summary of the run](${run.runUrl})`;
  const marker = markerOf(comment.app, comment.hosts);
  const fitted = fitComment(marker, plainLines(comment.body).toWellFormed(), whole);
  try {
    const { getOctokit } = await import('@actions/github');
    const github = getOctokit(comment.token, { baseUrl: run.apiUrl });
    github.hook.before('request', ({ request }) => {
      request.signal = AbortSignal.any([patience.signal, AbortSignal.timeout(patience.requestMs)]);
    });
    const [owner = '', repo = ''] = run.repository.split('/');
    const thread = { owner, repo, issue_number: found.number };
    return await pRetry(() => writeOnce(github, thread, marker, fitted), {
      retries: 3,
      factor: 3,
      minTimeout: patience.firstRetryMs,
      signal: patience.signal,
      shouldRetry: async ({ error }) => {
        const told = readError(error);
        const { waitMs = 0 } = told;
        if (!isPassing(told) || waitMs > patience.longestWaitMs) return false;
        return await wait(waitMs, true, { signal: patience.signal });
      },
    });
  } catch (error) {
    const told = readError(error);
    const why = explainRefusal(told, name, found.isFromFork);
    if (why !== undefined && !isPassing(told)) return { kind: 'refused', why };
    const status = told.status === undefined ? 'no answer' : told.status;
    return {
      kind: 'failed',
      why: `GitHub did not take the comment on ${name} (${status}: ${told.message}).`,
    };
  }
}

/** Says in the log how the comment is. Where there is none though there should be, a warning says what to do. */
export function tellComment(log: Log, result: CommentResult): void {
  switch (result.kind) {
    case 'no-pull-request':
      log.info(`${result.why} The plan is in the job summary alone.`);
      break;
    case 'refused':
    case 'failed':
      log.warning('No comment on the pull request', `${result.why} The plan is in the job summary.`);
      break;
    default:
      log.info(
        `Comment on the pull request ${result.kind}${result.isCut ? ', cut to the longest that GitHub takes' : ''}: ${result.url}`,
      );
  }
}

async function writeOnce(
  github: GitHub,
  thread: Thread,
  marker: string,
  { text, isCut }: FittedComment,
): Promise<CommentResult> {
  const own = await findOwn(github, thread, marker);
  if (own === undefined) {
    const { data } = await github.rest.issues.createComment({ ...thread, body: text });
    return { kind: 'created', url: data.html_url, isCut };
  }
  // GitHub may give line ends of its own and drops blanks at the end.
  const before = own.body?.replaceAll('\r\n', '\n').trimEnd();
  if (before === text.trimEnd()) return { kind: 'unchanged', url: own.html_url, isCut };
  const { owner, repo } = thread;
  const { data } = await github.rest.issues.updateComment({ owner, repo, comment_id: own.id, body: text });
  return { kind: 'updated', url: data.html_url, isCut };
}
