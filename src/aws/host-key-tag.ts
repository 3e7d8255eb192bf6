import type { Aws } from './client-settings.ts';
import { openEc2 } from './ec2.ts';
import type { FoundInstance } from './instance.ts';
import { askAws } from './refusal.ts';

/** The tag of an instance that says its host keys: `SHA256:…` fingerprints, separated by a blank. */
export const hostKeyTag = 'nginx-bluegreen:host-key';

/** Of the value of a tag. */
const longest = 256;
const fingerprintPattern = /^SHA256:[A-Za-z0-9+/]{43}$/;

/** The `SHA256:…` fingerprints in the tag's text; a text with anything else in it says nothing at all. */
export function parseHostKeyTag(text: string): readonly string[] {
  const words = text.split(/[\s,]+/).filter(word => word !== '');
  return words.every(word => fingerprintPattern.test(word)) ? words : [];
}

/** Says what `writeHostKeyTag` would do, as a clause; empty where the tag says the same already. */
export function surveyHostKeyTag(instance: FoundInstance, fingerprints: readonly string[]): string {
  const value = tagText(fingerprints);
  if (sameKeys(parseHostKeyTag(instance.hostKeyTag ?? ''), parseHostKeyTag(value))) return '';
  return `tag ${instance.id} as ${hostKeyTag} ${value}${describeBefore(instance)}`;
}

/**
 * Writes the fingerprints (`SHA256:…`, the best first) into the instance's tag, as many as it holds, which is five. Gives
 * a clause of what it did; empty where the tag says the same already. Throws a Failure (aws-refused); the traffic is the
 * caller's to tell.
 */
export async function writeHostKeyTag(
  instance: FoundInstance,
  fingerprints: readonly string[],
  aws: Aws,
): Promise<string> {
  if (surveyHostKeyTag(instance, fingerprints) === '') return '';
  const { region, id } = instance;
  const value = tagText(fingerprints);
  const { client, sdk } = await openEc2(region, aws);
  await askAws({ permission: 'ec2:CreateTags', region, env: aws.env, traffic: '' }, () =>
    client.send(new sdk.CreateTagsCommand({ Resources: [id], Tags: [{ Key: hostKeyTag, Value: value }] })),
  );
  return `tagged ${id} as ${hostKeyTag} ${value}${describeBefore(instance)}`;
}

const describeBefore = ({ hostKeyTag }: FoundInstance): string =>
  hostKeyTag === undefined ? '' : ` in place of '${hostKeyTag}'`;

function tagText(fingerprints: readonly string[]): string {
  const wrong = fingerprints.find(one => !fingerprintPattern.test(one));
  if (wrong !== undefined || fingerprints.length === 0) throw new Error(`no fingerprint: '${wrong ?? ''}'`);
  const [first = '', ...more] = new Set(fingerprints);
  return more.reduce(
    (text, one) => (text.length + 1 + one.length <= longest ? `${text} ${one}` : text),
    first,
  );
}

const sameKeys = (one: readonly string[], other: readonly string[]): boolean =>
  one.toSorted().join() === other.toSorted().join();
