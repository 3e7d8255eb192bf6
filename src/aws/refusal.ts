import { Failure, nothingContacted } from '../failure.ts';
import { remedyForCredentials } from './credentials.ts';
import { remedyForNetwork } from './network.ts';
import type { Environment } from './proxy.ts';

/** What was asked of AWS: the action as a policy names it, such as `ec2:DescribeInstances`, where, and with what. */
export interface AwsCall {
  readonly permission: string;
  readonly region: string;
  readonly env: Environment;
  /** What is true of the traffic; where nothing is said, no host was contacted yet. */
  readonly traffic?: string;
}

/** Performs a call; an error of it is thrown as a Failure (aws-refused) that names the remedy. */
export async function askAws<T>(call: AwsCall, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw explainAwsError(error, call);
  }
}

/** An AWS error as a Failure (aws-refused) that names the remedy; a Failure stays as it is. */
export function explainAwsError(error: unknown, call: AwsCall): Failure {
  if (error instanceof Failure) return error;
  const fault = readFault(error);
  return new Failure({
    reason: 'aws-refused',
    message: `AWS in ${call.region} did not answer ${call.permission}: ${fault.name === 'Error' ? '' : `${fault.name}: `}${fault.message}`,
    traffic: call.traffic ?? nothingContacted,
    remedy:
      remedyForCredentials(fault, call) ??
      remedyForRights(fault, call) ??
      remedyForNetwork(fault, call) ??
      remedyForLoad(fault) ??
      'Check aws-region and the inputs that name the instance, and run again.',
  });
}

/** What an error of the SDK says. */
export interface Fault {
  readonly name: string;
  /** Of Node, such as ENOTFOUND; empty where there is none. */
  readonly code: string;
  readonly message: string;
  /** Of the answer; undefined where none came. */
  readonly status: number | undefined;
}

interface ErrorFacts {
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function readFault(error: unknown): Fault {
  if (!(error instanceof Error))
    return { name: 'unknown error', code: '', message: String(error), status: undefined };
  const facts: ErrorFacts = Object(error);
  // AWS may append a kilobyte that only it can decode.
  const [message = ''] = error.message.split(/\s*Encoded authorization failure message:/);
  return {
    name: error.name,
    code: typeof facts.code === 'string' ? facts.code : '',
    message: message || error.name,
    status: facts.$metadata?.httpStatusCode,
  };
}

const rightErrors = /^(UnauthorizedOperation|AccessDenied(Exception)?|AuthException|UnauthorizedAccess)$/;

function remedyForRights({ name, message }: Fault, { permission }: AwsCall): string | undefined {
  if (!rightErrors.test(name)) return undefined;
  const [, who] = /\buser: (arn:[^\s,]+)/i.exec(message) ?? [];
  const [, role] = /:assumed-role\/([^/]+)\//.exec(who ?? '') ?? [];
  const holder = role === undefined ? (who ?? 'the role this job takes') : `the role ${role}`;
  return /explicit deny/.test(message)
    ? `A policy denies ${permission} to ${holder}; the message says of which kind. An Allow does not help against it: change that policy.`
    : `Allow ${permission} in the policy of ${holder}; docs/aws.md has the policies.`;
}

const throttlingErrors =
  /^(RequestLimitExceeded|Throttling(Exception)?|ThrottledException|EC2ThrottledException|SlowDown|TooManyRequestsException|RequestThrottled(Exception)?)$/;

function remedyForLoad({ name, status }: Fault): string | undefined {
  if (throttlingErrors.test(name))
    return 'AWS limits the calls of an account in a region, and others use them up: it was asked several times, with longer and longer pauses. Run again later.';
  return status !== undefined && status >= 500
    ? 'The fault is on the side of AWS, and was tried several times: run again later.'
    : undefined;
}
