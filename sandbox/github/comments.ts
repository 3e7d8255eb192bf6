import { type Answer, notAccessible, refusal } from './answer.ts';
import { describeOneself, describePerson, type Person } from './people.ts';
import type { Operation } from './schema.ts';

/** A comment on a pull request. */
export interface Comment {
  readonly id: number;
  readonly pullRequest: number;
  readonly author: Person;
  readonly body: string;
}

/** What an operation works on; `comments` grows and changes. */
export interface Repository {
  readonly owner: string;
  readonly name: string;
  readonly pullRequests: readonly number[];
  readonly comments: Comment[];
  /** Base of the API, as clients see it. */
  readonly api: string;
}

/** The longest body, in characters; GitHub's own sentence for a longer one names this number. */
const longestBody = 65_536;

/** Performs one operation whose request the schema has found right. */
export function perform(
  { id, path }: Operation,
  query: URLSearchParams,
  body: string,
  person: Person,
  repository: Repository,
): Answer {
  if (id === 'users/get-authenticated') {
    return person.type === 'Bot'
      ? refusal(403, 'Resource not accessible by integration')
      : { status: 200, json: describeOneself(person, repository.api) };
  }
  if (path.owner !== repository.owner || path.repo !== repository.name) return refusal(404, 'Not Found');
  switch (id) {
    case 'issues/list-comments':
      return list(Number(path.issue_number), query, repository);
    case 'issues/create-comment':
      return create(Number(path.issue_number), body, person, repository);
    case 'issues/update-comment':
      return update(Number(path.comment_id), body, person, repository);
    default:
      return refusal(501, `The stand-in does not perform ${id}`);
  }
}

function list(pullRequest: number, query: URLSearchParams, repository: Repository): Answer {
  if (!repository.pullRequests.includes(pullRequest)) return refusal(404, 'Not Found');
  const all = repository.comments.filter(one => one.pullRequest === pullRequest);
  const size = Math.min(Number(query.get('per_page') ?? 30), 100);
  const page = Number(query.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const to = (number: number, rel: string): string => {
    const next = new URLSearchParams(query);
    next.set('page', String(number));
    const { owner, name, api } = repository;
    return `<${api}/repos/${owner}/${name}/issues/${pullRequest}/comments?${next}>; rel="${rel}"`;
  };
  return {
    status: 200,
    json: all.slice((page - 1) * size, page * size).map(one => describe(one, repository)),
    headers: page < last ? { link: `${to(page + 1, 'next')}, ${to(last, 'last')}` } : {},
  };
}

function create(pullRequest: number, text: string, person: Person, repository: Repository): Answer {
  if (!repository.pullRequests.includes(pullRequest)) return refusal(404, 'Not Found');
  if (!person.canWrite) return notAccessible;
  const { body } = JSON.parse(text);
  const comment = { id: 1 + repository.comments.length, pullRequest, author: person, body };
  return (
    refuseBody(body) ?? {
      status: 201,
      json: describe(repository.comments[repository.comments.push(comment) - 1] ?? comment, repository),
    }
  );
}

function update(id: number, text: string, person: Person, repository: Repository): Answer {
  const at = repository.comments.findIndex(one => one.id === id);
  const before = repository.comments[at];
  if (before === undefined) return refusal(404, 'Not Found');
  if (!person.canWrite) return notAccessible;
  const { body } = JSON.parse(text);
  const comment = { ...before, body };
  const refused = refuseBody(body);
  if (refused !== undefined) return refused;
  repository.comments[at] = comment;
  return { status: 200, json: describe(comment, repository) };
}

function refuseBody(body: string): Answer | undefined {
  const about = { resource: 'IssueComment', field: body === '' ? 'body' : 'data' };
  if (body.trim() === '') {
    return refusal(422, 'Validation Failed', {
      errors: [{ ...about, code: 'unprocessable', message: "Body can't be blank" }],
    });
  }
  if ([...body].length <= longestBody) return undefined;
  const message = `Body is too long (maximum is ${longestBody} characters)`;
  return refusal(422, 'Validation Failed', { errors: [{ ...about, code: 'unprocessable', message }] });
}

function describe({ id, pullRequest, author, body }: Comment, { owner, name, api }: Repository) {
  const page = `https://github.com/${owner}/${name}/pull/${pullRequest}`;
  return {
    id,
    node_id: Buffer.from(`IssueComment${id}`).toString('base64'),
    url: `${api}/repos/${owner}/${name}/issues/comments/${id}`,
    html_url: `${page}#issuecomment-${id}`,
    issue_url: `${api}/repos/${owner}/${name}/issues/${pullRequest}`,
    user: describePerson(author, api),
    created_at: '2026-11-22T21:45:00Z',
    updated_at: '2026-11-22T21:45:00Z',
    author_association: 'CONTRIBUTOR',
    body,
    performed_via_github_app: null,
  };
}
