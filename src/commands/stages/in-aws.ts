import { createHash } from 'node:crypto';
import { surveyHostKeyTag } from '../../aws/host-key-tag.ts';
import { Failure } from '../../failure.ts';
import type { SetupStep } from '../../report/setup.ts';
import type { HostSetup } from './setup.ts';

/** A step of setup that is done in AWS, from here. */
export interface AwsStep {
  readonly name: string;
  /** What it will do, in a clause; empty where nothing is to be done. Throws a Failure. */
  readonly survey: () => Promise<string>;
  /** What is true where nothing is to be done, in a clause. */
  readonly there: string;
  /** Does it. Gives a clause of what it did, empty where there was nothing to do. Throws a Failure. */
  readonly perform: () => Promise<string>;
  /** Whether the setup goes on where AWS refuses it. */
  readonly isOptional: boolean;
}

/**
 * The steps that a setup of this host has in AWS; none for a plain host. `hostKeys`: its public keys, as root read them
 * there.
 */
export function awsStepsOf(
  { config, world, host: { instance } }: HostSetup,
  hostKeys: readonly string[],
): readonly AwsStep[] {
  if (instance === undefined) return [];
  const fingerprints = fingerprintsOf(hostKeys);
  const openPorts: AwsStep = {
    name: 'open-ports',
    survey: () => world.surveyPorts(instance, config.openPorts),
    there: `TCP ${config.openPorts.join(', ')} is let in from everywhere`,
    perform: () => world.openPorts(instance, config.openPorts),
    isOptional: false,
  };
  const tag: AwsStep = {
    name: 'host-key-tag',
    survey: async () => surveyHostKeyTag(instance, fingerprints),
    there: "the instance's tag says the host's keys",
    perform: () => world.writeHostKeyTag(instance, fingerprints),
    isOptional: true,
  };
  return [...(config.openPorts.length === 0 ? [] : [openPorts]), ...(fingerprints.length === 0 ? [] : [tag])];
}

/** Tells what a step will do. */
export async function surveyInAws({ name, survey, there }: AwsStep): Promise<SetupStep> {
  const will = await survey();
  return { name, will, did: '', there: will === '' ? there : '' };
}

/** Performs a step. Gives how it went, or what a person should know where AWS refused an optional one. */
export async function performInAws({
  name,
  there,
  perform,
  isOptional,
}: AwsStep): Promise<SetupStep | string> {
  try {
    const did = await perform();
    return { name, will: '', did, there: did === '' ? there : '' };
  } catch (error) {
    if (!isOptional || !(error instanceof Failure)) throw error;
    return `${name} was not done: ${error.text.message} ${error.text.remedy}`;
  }
}

/** The best first: a tag has room for a few. */
const kinds = [/^ssh-ed25519 /, /^ecdsa-sha2-/, /^ssh-rsa /, /^/];
const rankOf = (key: string): number => kinds.findIndex(kind => kind.test(key));

/** `SHA256:…` of public keys. */
function fingerprintsOf(hostKeys: readonly string[]): readonly string[] {
  return hostKeys
    .toSorted((one, other) => rankOf(one) - rankOf(other))
    .flatMap(key => {
      const [, blob] = /^\S+ ([A-Za-z0-9+/]+={0,2})$/.exec(key) ?? [];
      if (blob === undefined) return [];
      const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64');
      return [`SHA256:${digest.replace(/=+$/, '')}`];
    });
}
