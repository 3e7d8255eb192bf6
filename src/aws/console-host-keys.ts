import { Failure, nothingContacted } from '../failure.ts';
import type { Aws } from './client-settings.ts';
import { openEc2 } from './ec2.ts';
import { askAws } from './refusal.ts';

/**
 * The host keys that cloud-init printed to the instance's console at first boot, as public key lines.
 * Throws a Failure: host-key-unknown when the console has none (any more), aws-refused.
 */
export async function readConsoleHostKeys(
  instanceId: string,
  region: string,
  aws: Aws,
): Promise<readonly string[]> {
  const { client, sdk } = await openEc2(region, aws);
  const output = await askAws({ permission: 'ec2:GetConsoleOutput', region, env: aws.env }, () =>
    client.send(new sdk.GetConsoleOutputCommand({ InstanceId: instanceId })),
  );
  const keys = keysInConsole(Buffer.from(output.Output ?? '', 'base64').toString('utf8'));
  if (keys.length === 0) {
    throw new Failure({
      reason: 'host-key-unknown',
      message: `The console of ${instanceId} shows no SSH host keys; EC2 keeps only its last 64 KB.`,
      traffic: nothingContacted,
      remedy:
        'Give ssh-host-key as a SHA256 fingerprint: on the host, ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub prints it.',
    });
  }
  return keys;
}

/** The lines between cloud-init's markers, the last block alone, as `type blob`. */
export function keysInConsole(text: string): readonly string[] {
  const blocks = [
    ...text.matchAll(/-----BEGIN SSH HOST KEY KEYS-----([\s\S]*?)-----END SSH HOST KEY KEYS-----/g),
  ];
  const last = blocks.at(-1)?.[1] ?? '';
  return [...last.matchAll(/((?:ssh|ecdsa)-[a-z0-9-]+ [A-Za-z0-9+/=]+)/g)].flatMap(([, key]) =>
    key === undefined ? [] : [key],
  );
}
