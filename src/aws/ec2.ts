import type {
  DescribeInstancesCommandOutput,
  EC2Client,
  GetConsoleOutputCommand,
  paginateDescribeInstances,
} from '@aws-sdk/client-ec2';
import { Failure, nothingContacted } from '../failure.ts';

type ResponseMetadata = DescribeInstancesCommandOutput['$metadata'];

/** The part of the AWS SDK that is used, with a client for one region. */
export interface Ec2 {
  readonly client: EC2Client;
  readonly paginateDescribeInstances: typeof paginateDescribeInstances;
  readonly GetConsoleOutputCommand: typeof GetConsoleOutputCommand;
}

/**
 * Loads the SDK (a third of the start-up time, so only here) and makes a client: credentials, endpoint
 * and proxy from the environment; throttling and passing faults tried again with jitter. `tell` hears of each call,
 * for the debug log.
 */
export async function openEc2(region: string, tell: (line: string) => void): Promise<Ec2> {
  const sdk = await import('@aws-sdk/client-ec2');
  const client = new sdk.EC2Client({ region, retryMode: 'adaptive', maxAttempts: 6 });
  client.middlewareStack.add(
    (next, { commandName }) =>
      async args => {
        const call = `EC2 ${commandName} in ${region}`;
        try {
          const result = await next(args);
          tell(`${call}: ${describeCall(result.output.$metadata)}`);
          return result;
        } catch (error) {
          tell(
            `${call}: ${error instanceof sdk.EC2ServiceException ? `${error.name}, ${describeCall(error.$metadata)}` : String(error)}`,
          );
          throw error;
        }
      },
    { step: 'initialize' },
  );
  return {
    client,
    paginateDescribeInstances: sdk.paginateDescribeInstances,
    GetConsoleOutputCommand: sdk.GetConsoleOutputCommand,
  };
}

const describeCall = ({ httpStatusCode, requestId, attempts }: ResponseMetadata): string =>
  `status ${httpStatusCode ?? 'unknown'}, request id ${requestId ?? 'unknown'}, ${attempts ?? 1} attempt(s)`;

const credentialErrors =
  /^(AuthFailure|CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|SignatureDoesNotMatch|RequestExpired|TokenRefreshRequired)$/;
const rightErrors = /^(UnauthorizedOperation|AccessDenied|AccessDeniedException|OptInRequired)$/;

/** An AWS error as a Failure (aws-refused) that names the remedy. */
export function explainAwsError(error: unknown, permission: string, region: string): Failure {
  const name = error instanceof Error ? error.name : 'unknown error';
  const message = error instanceof Error ? error.message : String(error);
  return new Failure({
    reason: 'aws-refused',
    message: `EC2 in ${region} did not answer ${permission}: ${name}: ${message}`,
    traffic: nothingContacted,
    remedy: remedyOf(name, permission),
  });
}

function remedyOf(name: string, permission: string): string {
  if (credentialErrors.test(name)) {
    return 'Give AWS credentials to this job: aws-actions/configure-aws-credentials before this step (with permissions: id-token: write for OIDC), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
  }
  if (rightErrors.test(name)) return `Allow ${permission} in the policy of the role this job takes.`;
  return 'Check aws-region and the network of the runner, and run again.';
}
