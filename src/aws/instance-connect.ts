import { Failure, nothingContacted, type Reason } from '../failure.ts';
import { type Aws, clientSettings, tellCalls } from './client-settings.ts';
import type { FoundInstance } from './instance.ts';
import { type AwsCall, explainAwsError } from './refusal.ts';

const permission = 'ec2-instance-connect:SendSSHPublicKey';

/**
 * Has EC2 hand a public key (`type blob`) to an instance, whose sshd lets it in as this user for 60 s.
 * Throws a Failure: aws-refused, host-not-found, host-not-running.
 */
export async function pushPublicKey(
  { id, region, zone }: FoundInstance,
  user: string,
  publicLine: string,
  { env, tell }: Aws,
): Promise<void> {
  const sdk = await import('./sdk.ts');
  const client = new sdk.EC2InstanceConnectClient(clientSettings(region, env));
  tellCalls(client, region, tell);
  try {
    await client.send(
      new sdk.SendSSHPublicKeyCommand({
        InstanceId: id,
        InstanceOSUser: user,
        AvailabilityZone: zone,
        SSHPublicKey: publicLine,
      }),
    );
  } catch (error) {
    throw explainPush(error, { permission, region, env }, id, user);
  } finally {
    client.destroy();
  }
}

/** What is the matter, where AWS has a name for it that a policy does not cure. */
function explainPush(error: unknown, call: AwsCall, id: string, user: string): Failure {
  const { region } = call;
  const name = error instanceof Error ? error.name : '';
  const said = error instanceof Error ? error.message : String(error);
  const stop = (reason: Reason, message: string, remedy: string): Failure =>
    new Failure({ reason, message: `${message} (${name}: ${said})`, traffic: nothingContacted, remedy });
  switch (name) {
    case 'EC2InstanceNotFoundException':
      return stop(
        'host-not-found',
        `EC2 Instance Connect in ${region} does not know ${id}.`,
        'Check aws-region, and that the role is one of the account that the instance belongs to.',
      );
    case 'EC2InstanceStateInvalidException':
      return stop(
        'host-not-running',
        `EC2 hands no key to ${id}: it is not running.`,
        'Start it and run again.',
      );
    case 'EC2InstanceUnavailableException':
      return stop(
        'host-not-running',
        `EC2 cannot hand a key to ${id} just now: the instance is not available.`,
        'Look at the status checks of the instance; run again in a few minutes.',
      );
    case 'EC2InstanceTypeInvalidException':
    case 'InvalidArgsException':
      return stop(
        'aws-refused',
        `EC2 Instance Connect does not serve ${id} with the user ${user}.`,
        'Check ssh-user; where the instance is of a kind that EC2 Instance Connect does not serve, use ssh-auth: key.',
      );
    case 'AuthException':
    case 'AccessDeniedException':
      return stop(
        'aws-refused',
        `This job may not hand a key to ${id} for the user ${user}.`,
        `Allow ${permission} on this instance in the policy of the role this job takes; a condition on ec2:osuser there must name ${user}.`,
      );
    default:
      return explainAwsError(error, call);
  }
}
