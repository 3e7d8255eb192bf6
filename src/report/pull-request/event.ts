/** The pull request that a run belongs to, if any; `why` is a sentence for people. */
export type RunPullRequest =
  | { readonly kind: 'found'; readonly number: number; readonly isFromFork: boolean }
  | { readonly kind: 'none'; readonly why: string };

/**
 * Which pull request the run's event is about: its own, the one a comment was written to, or the one whose commit the
 * finished workflow ran for. Takes the event's name and its parsed payload, which may be anything.
 */
export function pullRequestOf(event: string, payload: unknown): RunPullRequest {
  const { issue, pull_request: own, workflow_run: first, repository } = fieldsOf(payload);
  const found =
    event === 'workflow_run'
      ? newestOf(fieldsOf(first), fieldsOf(repository).id)
      : event === 'issue_comment' && fieldsOf(issue).pull_request !== undefined
        ? fieldsOf(issue)
        : fieldsOf(own);
  if (typeof found.number === 'number') {
    return { kind: 'found', number: found.number, isFromFork: isFromFork(found) };
  }
  return { kind: 'none', why: `The event of this run, ${event || 'unknown'}, is about no pull request.` };
}

/** A finished run names the pull requests of its commit, those of other repositories of the fork network among them. */
function newestOf(run: Fields, repositoryId: unknown): Fields {
  const all = Array.isArray(run.pull_requests) ? run.pull_requests.map(fieldsOf) : [];
  const ours = all.filter(one => fieldsOf(fieldsOf(one.base).repo).id === repositoryId);
  return ours.at(-1) ?? {};
}

/** A fork that is gone is one too. An issue's pull request does not tell. */
function isFromFork({ head, base }: Fields): boolean {
  if (head === undefined || base === undefined) return false;
  return fieldsOf(fieldsOf(head).repo).id !== fieldsOf(fieldsOf(base).repo).id;
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
