import type { Environment } from './proxy.ts';
import type { AwsCall, Fault } from './refusal.ts';

const step = 'aws-actions/configure-aws-credentials before this step';
const missing = /^(CredentialsProviderError|ProviderError|TokenProviderError)$/;
const expired = /^(ExpiredToken(Exception)?|RequestExpired|TokenRefreshRequired)$/;
const wrong =
  /^(AuthFailure|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature|InvalidAccessKeyId|MissingAuthenticationToken)$/;
const ofRole = /sts:AssumeRole|OpenIDConnect provider|^InvalidIdentityToken|IDPRejectedClaim/;

/** What to do when the credentials of the job are the trouble; undefined when they are not. */
export function remedyForCredentials(
  { name, code, message }: Fault,
  { region, env }: AwsCall,
): string | undefined {
  const tokenFile = env.AWS_WEB_IDENTITY_TOKEN_FILE;
  if (tokenFile && code === 'ENOENT' && message.includes(tokenFile))
    return `AWS_WEB_IDENTITY_TOKEN_FILE names a file that is not there: take it and AWS_ROLE_ARN away, and put ${step}.`;
  if (name === 'OptInRequired')
    return `Enable the region ${region} for this AWS account, or check aws-region.`;
  if (ofRole.test(`${name} ${message}`)) return remedyForRole(env);
  if (missing.test(name) || /Resolved credential object is not valid/.test(message))
    return remedyForNone(env);
  if (expired.test(name)) {
    return `The credentials are no longer valid. Those of a role last as long as it was asked for, an hour mostly: put ${step}, after a long build, or raise its role-duration-seconds. If they are fresh, the clock of the runner is wrong.`;
  }
  if (wrong.test(name)) return remedyForWrong(region, env);
  return undefined;
}

function remedyForNone(env: Environment): string {
  if (env.AWS_PROFILE) {
    return `AWS_PROFILE names the profile '${env.AWS_PROFILE}', which gives no credentials on this runner: correct it, or put ${step}.`;
  }
  const lacking = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].filter(name => !env[name]);
  const [first] = lacking;
  if (lacking.length === 1)
    return `${first} is not set or empty, while the other half of the key is there: give both, or take both away and put ${step}.`;
  const what = `No AWS credentials are in this job (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set or empty): put ${step}, with role-to-assume`;
  return env.ACTIONS_ID_TOKEN_REQUEST_URL
    ? `${what}; the job has the right to ask for an OIDC token already.`
    : `${what}, and give the job permissions: id-token: write, which it does not have, so that GitHub vouches for it.`;
}

const remedyForRole = (env: Environment): string =>
  `AWS did not give ${env.AWS_ROLE_ARN ?? 'the role'} to this job: its trust policy must name GitHub as the provider, the audience sts.amazonaws.com, and this repository and ref in sub. docs/aws.md has one.`;

function remedyForWrong(region: string, env: Environment): string {
  const [partition] = /^(cn|us-gov|us-iso[a-z]*|eu-isoe|eusc)(?=-)/.exec(region) ?? [];
  const place =
    partition === undefined
      ? `Credentials of China, GovCloud and the like do not work in ${region}, and a region that is not enabled for the account refuses them too.`
      : `The regions ${partition}-… take only credentials of their own accounts (partition), not those of an ordinary AWS account.`;
  const key = env.AWS_ACCESS_KEY_ID;
  const kind =
    key?.startsWith('ASIA') && !env.AWS_SESSION_TOKEN
      ? ' AWS_SESSION_TOKEN is missing, which a key that begins with ASIA needs.'
      : '';
  return `AWS does not know these credentials: the key is deleted, inactive or mistyped.${kind} Put ${step}, or correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. ${place}`;
}
