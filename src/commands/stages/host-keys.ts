import { hostKeyTag, parseHostKeyTag } from '../../aws/host-key-tag.ts';
import type { FoundInstance } from '../../aws/instance.ts';
import { Failure, nothingContacted } from '../../failure.ts';
import { fingerprintsOf, type HostKeyRule, parseHostKeys } from '../../ssh/host-key.ts';
import type { HostTarget } from './context.ts';

/**
 * The rules of ssh-host-key, with `ec2-console` replaced by the keys in the instance's console, or in its tag when the
 * console shows none any more. Throws a Failure: host-key-unknown when there are no rules then, aws-refused.
 */
export async function hostKeyRules({ config, world, host }: HostTarget): Promise<readonly HostKeyRule[]> {
  const given = config.ssh.hostKeys.filter(rule => rule.kind !== 'ec2-console');
  const { instance } = host;
  if (instance === undefined || given.length === config.ssh.hostKeys.length) return given;
  const printed = await world.readConsoleHostKeys(instance.id, instance.region);
  const tagged = parseHostKeyTag(instance.hostKeyTag ?? '');
  if (printed.length > 0) {
    warnOfContradiction(printed, tagged, instance, line => world.log.warning('Host key', line));
    return [...given, ...printed];
  }
  if (tagged.length > 0) {
    world.log.info(`the console shows no host keys any more; the tag ${hostKeyTag} says ${tagged.join(' ')}`);
    return [...given, ...parseHostKeys(tagged.join('\n')).rules];
  }
  if (given.length > 0) return given;
  throw nothingSaid(instance);
}

/** The console cannot be written from outside the instance, the tag by whoever may tag it: the console counts. */
function warnOfContradiction(
  printed: readonly HostKeyRule[],
  tagged: readonly string[],
  { id }: FoundInstance,
  warn: (line: string) => void,
): void {
  const prints = fingerprintsOf(printed);
  if (tagged.length === 0 || tagged.some(one => prints.includes(one))) return;
  warn(
    `The console of ${id} says ${prints.join(' ')}, its tag ${hostKeyTag} says ${tagged.join(' ')}. The console counts. If the host got new keys, give one as ssh-host-key; a run of setup then corrects the tag. If it did not, find out who wrote the tag.`,
  );
}

function nothingSaid({ id, hostKeyTag: text }: FoundInstance): Failure {
  const tag =
    text === undefined
      ? `it has no tag ${hostKeyTag}`
      : `its tag ${hostKeyTag} holds something else than SHA256 fingerprints`;
  return new Failure({
    reason: 'host-key-unknown',
    message: `The console of ${id} shows no SSH host keys (EC2 keeps only its last 64 KB), and ${tag}.`,
    traffic: nothingContacted,
    remedy: `Give ssh-host-key as a SHA256 fingerprint: on the host, ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub prints it. One run of setup with it writes the tag, and ec2-console does from then on.`,
  });
}
