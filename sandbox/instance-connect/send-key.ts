import type { PushedKeys } from './pushed-keys.ts';
import { Refusal } from './refusal.ts';
import type { Signed } from './signature.ts';

/** A key that was handed to an instance. */
export interface Push {
  readonly instanceId: string;
  readonly user: string;
  readonly publicKey: string;
}

/** Performs SendSSHPublicKey of a request in AWS's JSON protocol; gives what was pushed. Throws a Refusal. */
export async function sendKey(
  { method, target, headers, body }: Signed,
  instanceId: string,
  keys: PushedKeys,
  until: Date,
): Promise<Push> {
  const isCall = method === 'POST' && target === '/';
  if (!isCall || headers['x-amz-target'] !== 'AWSEC2InstanceConnectService.SendSSHPublicKey')
    throw new Refusal(404, 'UnknownOperationException', 'There is no such operation');
  if (headers['content-type'] !== 'application/x-amz-json-1.1')
    throw new Refusal(400, 'SerializationException', 'The protocol is JSON 1.1');
  const words: Readonly<Record<string, unknown>> = JSON.parse(body.toString('utf8'));
  const { InstanceId, InstanceOSUser, SSHPublicKey } = words;
  if (
    typeof InstanceOSUser !== 'string' ||
    !/^[A-Za-z_][A-Za-z0-9@._-]{0,30}$/.test(InstanceOSUser) ||
    typeof SSHPublicKey !== 'string' ||
    !/^ssh-(ed25519|rsa) [A-Za-z0-9+/=]{40,}$/.test(SSHPublicKey)
  )
    throw new Refusal(400, 'InvalidArgsException', 'A value is not valid');
  if (InstanceId !== instanceId)
    throw new Refusal(400, 'EC2InstanceNotFoundException', 'The specified instance was not found.');
  await keys.add(InstanceOSUser, SSHPublicKey, until);
  return { instanceId, user: InstanceOSUser, publicKey: SSHPublicKey };
}
