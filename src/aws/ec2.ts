import type { EC2Client } from '@aws-sdk/client-ec2';
import { type Aws, clientSettings, tellCalls } from './client-settings.ts';

/** The AWS SDK for EC2, with a client for one region. */
export interface Ec2 {
  readonly client: EC2Client;
  readonly sdk: typeof import('./sdk.ts');
}

/** Loads the SDK (a third of the start-up time, so at its first use) and makes a client. */
export async function openEc2(region: string, { env, tell }: Aws): Promise<Ec2> {
  const sdk = await import('./sdk.ts');
  const client = new sdk.EC2Client(clientSettings(region, env));
  tellCalls(client, region, tell);
  return { client, sdk };
}
