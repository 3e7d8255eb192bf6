import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, refusal } from './answer.ts';
import { type Comment, perform, type Repository } from './comments.ts';
import { type Person, personOf } from './people.ts';
import { type FindOperation, readSchema } from './schema.ts';

/** What befalls one request. */
export type Trouble =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** The connection is cut, before the request is performed or after it. */
  | { readonly kind: 'cut'; readonly isPerformed: boolean }
  | { readonly kind: 'slow'; readonly ms: number };

/** A stand-in for GitHub's REST API with one repository, `sample/shop`, and its pull requests 7 and 8. */
export interface GitHub {
  /** For GITHUB_API_URL. */
  readonly url: string;
  /** The comments of a pull request, oldest first. */
  comments(pullRequest: number): readonly Comment[];
  /** Writes a comment as somebody. */
  write(pullRequest: number, author: Person, body: string): void;
  /** The requests so far: `POST issues/create-comment`, or the path where GitHub has no such operation. */
  readonly requests: readonly string[];
  /** Why requests were refused that the published schema does not allow. */
  readonly refusals: readonly string[];
  /** These troubles befall the next requests, one each. */
  befall(...troubles: readonly Trouble[]): void;
  stop(): Promise<void>;
}

/** Starts the stand-in on a free port of the loopback address, its API below `prefix`. */
export async function startGitHub(prefix = ''): Promise<GitHub> {
  const find = readSchema();
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port');
  const url = `http://127.0.0.1:${address.port}${prefix}`;
  const comments: Comment[] = [];
  const repository = { owner: 'sample', name: 'shop', pullRequests: [7, 8], comments, api: url };
  const requests: string[] = [];
  const refusals: string[] = [];
  const troubles: Trouble[] = [];
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const trouble = troubles.shift();
    const body = await text(request);
    if (trouble?.kind === 'slow') await wait(trouble.ms);
    if (trouble?.kind === 'cut' && !trouble.isPerformed) return request.socket.destroy();
    const answer =
      trouble?.kind === 'answer'
        ? trouble.answer
        : answerTo(request, body, { find, prefix, repository, requests, refusals });
    if (trouble?.kind === 'answer') requests.push(`${request.method} answered with ${answer.status}`);
    if (trouble?.kind === 'cut') return request.socket.destroy();
    response.writeHead(answer.status, {
      'content-type': 'application/json; charset=utf-8',
      ...answer.headers,
    });
    return response.end(JSON.stringify(answer.json));
  });
  return {
    url,
    requests,
    refusals,
    comments: pullRequest => comments.filter(one => one.pullRequest === pullRequest),
    write: (pullRequest, author, body) =>
      comments.push({ id: 1 + comments.length, pullRequest, author, body }),
    befall: (...more) => troubles.push(...more),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

interface Surroundings {
  readonly find: FindOperation;
  readonly prefix: string;
  readonly repository: Repository;
  readonly requests: string[];
  readonly refusals: string[];
}

function answerTo(request: IncomingMessage, body: string, around: Surroundings): Answer {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://stand-in');
  const path = pathname.startsWith(around.prefix) ? pathname.slice(around.prefix.length) : '';
  const operation = around.find(request.method ?? '', path);
  around.requests.push(`${request.method} ${operation?.id ?? pathname}`);
  const wrong =
    operation === undefined
      ? [`${request.method} ${pathname} is no operation of the schema`]
      : [...headerFaults(request, body), ...operation.requestFaults(operation.path, searchParams, body)];
  around.refusals.push(...wrong);
  if (operation === undefined) return refusal(404, 'Not Found');
  if (wrong.length > 0) return refusal(422, 'Validation Failed', { errors: wrong });
  const person = personOf(request.headers.authorization);
  if (person === undefined) return refusal(401, 'Bad credentials');
  const answer = perform(operation, searchParams, body, person, around.repository);
  const faults = operation.answerFaults(answer.status, answer.json);
  if (faults.length > 0) throw new Error(`the stand-in answers as GitHub does not: ${faults.join('; ')}`);
  return answer;
}

/** What GitHub's documentation asks of every request's headers. */
function headerFaults({ headers }: IncomingMessage, body: string): readonly string[] {
  const version = headers['x-github-api-version'];
  return [
    ...(headers['user-agent'] ? [] : ['header user-agent: there is none']),
    ...(/^application\/vnd\.github\b.*json$|^application\/json$/.test(headers.accept ?? '')
      ? []
      : [`header accept: ${headers.accept}`]),
    ...(body === '' || /^application\/json\b/.test(headers['content-type'] ?? '')
      ? []
      : [`header content-type: ${headers['content-type']}`]),
    ...(version === undefined || version === '2022-11-28' ? [] : [`header x-github-api-version: ${version}`]),
  ];
}
