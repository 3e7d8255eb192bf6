import { plain } from '../log.ts';

/** An error of GitHub's client, as far as it tells how to go on. */
export interface GitHubError {
  /** Undefined when GitHub did not answer. */
  readonly status: number | undefined;
  readonly message: string;
  /** How long GitHub asks to wait before the next request; undefined when it does not. */
  readonly waitMs: number | undefined;
}

/** What a thrown value says; the client's own errors bring GitHub's answer along, where there was one. */
export function readError(error: unknown): GitHubError {
  const { status, headers } = fieldsOf(fieldsOf(error).response);
  const text = error instanceof Error ? error.message : String(error);
  // The client adds the address of the documentation.
  const message = plain(text.split('\n')[0] ?? '')
    .replace(/ - https:\/\/docs\.\S+$/, '')
    .slice(0, 300);
  if (typeof status !== 'number') return { status: undefined, message, waitMs: undefined };
  return { status, message, waitMs: waitOf(status, message, fieldsOf(headers)) };
}

/** GitHub says the first in seconds, the second as a moment in seconds since 1970; where it says neither, a minute. */
function waitOf(status: number, message: string, headers: Fields): number | undefined {
  const isLimit =
    status === 429 ||
    (status === 403 && (headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(message)));
  if (!isLimit) return undefined;
  const after = Number(headers['retry-after']);
  if (after > 0) return after * 1000;
  const reset = Number(headers['x-ratelimit-reset']) * 1000 - Date.now();
  return headers['x-ratelimit-remaining'] === '0' && reset > 0 ? reset : 60_000;
}

/** Whether the same may go well a moment later. */
export const isPassing = ({ status, waitMs }: GitHubError): boolean =>
  status === undefined || status >= 500 || waitMs !== undefined;

/** Why GitHub refused and what to do, in sentences; undefined when it is no refusal of the token. */
export function explainRefusal(
  { status, message }: GitHubError,
  pullRequest: string,
  isFromFork: boolean,
): string | undefined {
  const said = `(${status}: ${message})`;
  if (status === 401) {
    return `GitHub does not know the token in github-token ${said}. Leave that input out, so that it is the run's own, or give one that is not expired.`;
  }
  if (status !== 403 && status !== 404) return undefined;
  if (status === 403 && !/not accessible|must have|permission/i.test(message)) {
    return `GitHub refused a comment on ${pullRequest} ${said}.`;
  }
  if (isFromFork) {
    return `GitHub gives this run a token that cannot write to ${pullRequest}, which comes from a fork ${said}. To have the comment, read the change first and then push its branch to this repository.`;
  }
  return `The token in github-token may not write to ${pullRequest} ${said}. Add \`pull-requests: write\` to the job's \`permissions:\`.`;
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
