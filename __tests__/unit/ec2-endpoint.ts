import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { startEc2 } from '../../sandbox/ec2/ec2.ts';
import type { Ec2, Ec2Options } from '../../sandbox/ec2/endpoint.ts';
import type { Ec2Host } from '../../sandbox/ec2/instance.ts';
import type { Aws } from '../../src/aws/client-settings.ts';
import { Failure, type FailureText } from '../../src/failure.ts';

/** A running endpoint, and what a job reaches it with. */
export interface StartedEc2 {
  readonly ec2: Ec2;
  readonly aws: Aws;
  /** What was told of the calls, for the debug log. */
  readonly told: readonly string[];
}

/** Starts the endpoint (the project's own unless said otherwise), and points the SDK to it by the environment. */
export async function startedEc2(
  t: TestContext,
  hosts: readonly Ec2Host[],
  options: Ec2Options = {},
): Promise<StartedEc2> {
  const ec2 = await startEc2(hosts, { prefer: 'own', ...options });
  t.after(() => ec2.stop());
  const told: string[] = [];
  return { ec2, told, aws: { env: pointTo(ec2.url), tell: line => told.push(line) } };
}

/** Sets the environment of this process, where the SDK reads it, and nothing of AWS beside. */
export function pointTo(url: string, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  for (const name of Object.keys(process.env)) if (/^AWS_|_proxy$/i.test(name)) delete process.env[name];
  return Object.assign(process.env, {
    AWS_ENDPOINT_URL_EC2: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...more,
  });
}

/** The text of the failure that it ends with. */
export async function failureOf(ending: Promise<unknown>): Promise<FailureText> {
  const value = await ending.catch((error: unknown) => {
    if (error instanceof Failure) return error;
    throw error;
  });
  assert.ok(value instanceof Failure, 'it went well');
  return value.text;
}
