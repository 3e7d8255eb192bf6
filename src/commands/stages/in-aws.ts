import { createHash } from 'node:crypto';
import type { FoundInstance } from '../../aws/instance.ts';
import { Failure } from '../../failure.ts';
import type { SetupStep } from '../../report/setup.ts';
import type { HostSetup } from './setup.ts';

/** A step of setup that is done in AWS, from here. */
export interface AwsStep {
  readonly name: string;
  /** What it is about to do where that is not done yet, in a clause. */
  readonly will: string;
  /** What is true where there was nothing to do, in a clause. */
  readonly there: string;
  /** Does it. Gives a clause of what it did, empty where there was nothing to do. Throws a Failure. */
  readonly perform: (hostKeys: readonly string[]) => Promise<string>;
  /** Whether the setup goes on where AWS refuses it. */
  readonly isOptional: boolean;
}

/** The steps that a setup of this host has in AWS; none for a plain host. */
export function awsStepsOf({ config, world, host: { instance } }: HostSetup): readonly AwsStep[] {
  if (instance === undefined) return [];
  const ports = config.openPorts.join(', ');
  const openPorts: AwsStep = {
    name: 'open-ports',
    will: `let TCP ${ports} in from everywhere, where the instance's security group does not yet`,
    there: `TCP ${ports} is let in from everywhere`,
    perform: () => world.openPorts(instance, config.openPorts),
    isOptional: false,
  };
  const tag: AwsStep = {
    name: 'host-key-tag',
    will: "write the host's keys into a tag of the instance, where it does not say them yet",
    there: "the instance's tag says the host's keys",
    perform: hostKeys => writeTag(instance, hostKeys, world.writeHostKeyTag),
    isOptional: true,
  };
  return config.openPorts.length === 0 ? [tag] : [openPorts, tag];
}

/** Performs a step. Gives how it went, or what a person should know where AWS refused an optional one. */
export async function performInAws(
  { name, will, there, perform, isOptional }: AwsStep,
  hostKeys: readonly string[],
): Promise<SetupStep | string> {
  try {
    const did = await perform(hostKeys);
    return { name, will, did, there: did === '' ? there : '' };
  } catch (error) {
    if (!isOptional || !(error instanceof Failure)) throw error;
    return `${name} was not done: ${error.text.message} ${error.text.remedy}`;
  }
}

type WriteTag = (instance: FoundInstance, fingerprints: readonly string[]) => Promise<string>;

async function writeTag(
  instance: FoundInstance,
  hostKeys: readonly string[],
  write: WriteTag,
): Promise<string> {
  const fingerprints = hostKeys
    .toSorted((one, other) => rankOf(one) - rankOf(other))
    .flatMap(key => fingerprintOf(key));
  return fingerprints.length === 0 ? '' : await write(instance, fingerprints);
}

/** The best first: a tag has room for a few. */
const kinds = [/^ssh-ed25519 /, /^ecdsa-sha2-/, /^ssh-rsa /, /^/];
const rankOf = (key: string): number => kinds.findIndex(kind => kind.test(key));

function fingerprintOf(key: string): readonly string[] {
  const [, blob] = /^\S+ ([A-Za-z0-9+/]+={0,2})$/.exec(key) ?? [];
  if (blob === undefined) return [];
  const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64');
  return [`SHA256:${digest.replace(/=+$/, '')}`];
}
