import type { InitializeMiddleware } from '@smithy/types';
import { type Environment, proxyAgents } from './proxy.ts';

/** What this job reaches AWS with. */
export interface Aws {
  /** Of the job: where the SDK finds credentials, endpoints and proxies. */
  readonly env: Environment;
  /** Hears of each call, for the debug log. */
  readonly tell: (line: string) => void;
}

const connectMs = 10_000;
const answerMs = 60_000;
/** The first and seven more, each after a longer random pause. Throttled that is 35 s on average and 71 s at most, else 3 s. */
const mostAttempts = 8;

/**
 * Settings of a client for one region: throttling and passing faults are tried again with jitter (AWS_MAX_ATTEMPTS and
 * AWS_RETRY_MODE say otherwise), proxies are those of the environment, nothing is waited for without an end.
 */
export const clientSettings = (region: string, env: Environment) => ({
  region,
  ...(env.AWS_RETRY_MODE ? {} : { retryMode: 'adaptive' }),
  ...(env.AWS_MAX_ATTEMPTS ? {} : { maxAttempts: mostAttempts }),
  requestHandler: {
    ...proxyAgents(env),
    connectionTimeout: connectMs,
    requestTimeout: answerMs,
    throwOnRequestTimeout: true,
  },
});

/** A client of any service, as far as it matters here. */
interface ToldClient<Input extends object, Output extends { readonly $metadata: CallFacts }> {
  readonly middlewareStack: {
    add(middleware: InitializeMiddleware<Input, Output>, options: { readonly step: 'initialize' }): void;
  };
}

/** Tells each call of a client and how it ended. */
export function tellCalls<Input extends object, Output extends { readonly $metadata: CallFacts }>(
  client: ToldClient<Input, Output>,
  region: string,
  tell: Aws['tell'],
): void {
  client.middlewareStack.add(
    (next, { clientName, commandName }) =>
      async args => {
        const call = `${clientName} ${commandName} in ${region}`;
        try {
          const result = await next(args);
          tell(`${call}: ${describeCall(result.output.$metadata)}`);
          return result;
        } catch (error) {
          tell(`${call}: ${describeError(error)}`);
          throw error;
        }
      },
    { step: 'initialize' },
  );
}

interface CallFacts {
  readonly httpStatusCode?: number | undefined;
  readonly requestId?: string | undefined;
  readonly attempts?: number | undefined;
}

const describeCall = ({ httpStatusCode, requestId, attempts }: CallFacts): string =>
  `status ${httpStatusCode ?? 'unknown'}, request id ${requestId ?? 'unknown'}, ${attempts ?? 1} attempt(s)`;

const describeError = (error: unknown): string =>
  error instanceof Error && '$metadata' in error
    ? `${error.name}, ${describeCall(Object(error.$metadata))}`
    : String(error);
