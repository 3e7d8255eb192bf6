import type { ReleaseOrigin } from '../report/host-report.ts';

/** The run that a commit came with. Runs of one workflow are counted; ids are unique in a repository. */
export interface Origin {
  readonly repository: string;
  readonly ref: string;
  readonly commit: string;
  /** Path of the workflow file. */
  readonly workflow: string;
  readonly runId: string;
  readonly runNumber: string;
  /** Page of the run that deployed it. */
  readonly runUrl: string;
  readonly actor: string;
}

/** Where a release comes from, as GitHub tells it; empty where it is unknown. */
export interface Provenance extends Origin {
  readonly event: string;
  /** Counts how often this run was started; 2 is the first re-run. */
  readonly attempt: string;
}

/**
 * What the runner's variables say of this run. A run that was started by the end of another (event
 * `workflow_run`) has the default branch's newest commit in its variables, whatever it deploys: there commit,
 * branch and order are those of the other run, which `readEvent` tells (the parsed event, or undefined).
 */
export function provenanceOf(
  env: Readonly<Record<string, string | undefined>>,
  readEvent: () => unknown,
): Provenance {
  const repository = env.GITHUB_REPOSITORY ?? '';
  const runId = env.GITHUB_RUN_ID ?? '';
  const own: Provenance = {
    repository,
    ref: env.GITHUB_REF ?? '',
    commit: env.GITHUB_SHA ?? '',
    workflow: withoutRef(env.GITHUB_WORKFLOW_REF ?? '').slice(repository.length + 1),
    runId,
    runNumber: env.GITHUB_RUN_NUMBER ?? '',
    runUrl: runId === '' ? '' : `${env.GITHUB_SERVER_URL}/${repository}/actions/runs/${runId}`,
    actor: env.GITHUB_ACTOR ?? '',
    event: env.GITHUB_EVENT_NAME ?? '',
    attempt: env.GITHUB_RUN_ATTEMPT ?? '',
  };
  const first = own.event === 'workflow_run' ? fieldsOf(fieldsOf(readEvent()).workflow_run) : {};
  if (typeof first.head_sha !== 'string') return own;
  return {
    ...own,
    ref: `refs/heads/${first.head_branch}`,
    commit: first.head_sha,
    workflow: withoutRef(String(first.path)),
    runId: String(first.id),
    runNumber: String(first.run_number),
  };
}

/** What reports say of it. */
export const reportOrigin = ({ repository, ref, commit, actor, runUrl }: Origin): ReleaseOrigin => ({
  repository,
  ref,
  commit,
  actor,
  runUrl,
});

const withoutRef = (path: string): string => path.replace(/@.*$/, '');

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
