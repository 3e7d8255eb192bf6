import type { Aws } from './client-settings.ts';
import { openEc2 } from './ec2.ts';
import { askAws } from './refusal.ts';

/**
 * The host keys that cloud-init printed to the instance's console at first boot, as public key lines; none
 * when it shows none (any more). Throws a Failure: aws-refused.
 */
export async function readConsoleHostKeys(
  instanceId: string,
  region: string,
  aws: Aws,
): Promise<readonly string[]> {
  const { client, sdk } = await openEc2(region, aws);
  const ask = async (isLatest: boolean): Promise<readonly string[]> => {
    const asked = { InstanceId: instanceId, ...(isLatest && { Latest: true }) };
    const { Output = '' } = await client.send(new sdk.GetConsoleOutputCommand(asked));
    return keysInConsole(Buffer.from(Output, 'base64').toString('utf8'));
  };
  const kept = await askAws({ permission: 'ec2:GetConsoleOutput', region, env: aws.env }, () => ask(false));
  // What EC2 keeps is some minutes old; not every kind of instance has it newer.
  return kept.length > 0 ? kept : await ask(true).catch(() => []);
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
