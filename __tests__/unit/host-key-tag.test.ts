import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Ec2Options } from '../../sandbox/ec2/endpoint.ts';
import { findHosts } from '../../src/aws/find-host.ts';
import { parseHostKeyTag, surveyHostKeyTag, writeHostKeyTag } from '../../src/aws/host-key-tag.ts';
import { fingerprint } from '../../src/ssh/host-key.ts';
import { failureOf, startedEc2 } from './ec2-endpoint.ts';
import { makeKey } from './made-keys.ts';

const id = 'i-0123456789abcdef0';
const made = (): string =>
  fingerprint(Buffer.from(makeKey('ed25519').publicLine.split(' ')[1] ?? '', 'base64'));
const [one, two, three] = [made(), made(), made()];
const tagged = (value: string) => ({ Name: 'shop', 'nginx-bluegreen:host-key': value });

async function instanceWith(
  t: TestContext,
  tags: Readonly<Record<string, string>>,
  options: Ec2Options = {},
) {
  const other = { address: '10.99.1.3', tags: { Name: 'other' } };
  const started = await startedEc2(t, [{ instanceId: id, address: '10.99.1.2', tags }, other], options);
  const find = async () => {
    const target = { kind: 'instances', ids: [id], region: 'eu-west-1' } as const;
    const [host] = await findHosts(target, ['private-ip'], started.aws);
    assert.ok(host?.instance);
    return host.instance;
  };
  return { ...started, find };
}

test('fingerprints are written to the tag, read back, and not written again', async t => {
  const { aws, ec2, find } = await instanceWith(t, { Name: 'shop' });
  const will = surveyHostKeyTag(await find(), [one, two, one]);
  assert.equal(will, `tag ${id} as nginx-bluegreen:host-key ${one} ${two}`);
  const text = await writeHostKeyTag(await find(), [one, two, one], aws);
  assert.equal(text, `tagged ${id} as nginx-bluegreen:host-key ${one} ${two}`);
  const instance = await find();
  assert.deepEqual(parseHostKeyTag(instance.hostKeyTag ?? ''), [one, two]);
  assert.deepEqual(
    ec2.instances.map(({ tags }) => tags.map(([key]) => key)),
    [['Name', 'nginx-bluegreen:host-key'], ['Name']],
  );
  const calls = ec2.calls();
  assert.equal(surveyHostKeyTag(instance, [two, one]), '');
  assert.equal(await writeHostKeyTag(instance, [two, one], aws), '');
  assert.equal(ec2.calls(), calls);
});

test('what a tag said before is told when it is replaced', async t => {
  for (const before of [one, `${one} ${two}`, 'by hand']) {
    const { aws, find } = await instanceWith(t, tagged(before));
    const text = await writeHostKeyTag(await find(), [three], aws);
    assert.ok(text.endsWith(` ${three} in place of '${before}'`), text);
    assert.deepEqual(parseHostKeyTag((await find()).hostKeyTag ?? ''), [three]);
  }
});

test('more fingerprints than a tag holds are left out from the end', async t => {
  const { aws, find } = await instanceWith(t, {});
  const seven = Array.from({ length: 7 }, made);
  await writeHostKeyTag(await find(), seven, aws);
  const instance = await find();
  assert.deepEqual(parseHostKeyTag(instance.hostKeyTag ?? ''), seven.slice(0, 5));
  assert.equal(await writeHostKeyTag(instance, seven, aws), '');
});

test('a tag that is not wholly fingerprints says nothing', () => {
  assert.deepEqual(parseHostKeyTag(` ${one},\t${two} `), [one, two]);
  for (const text of [
    '',
    'none',
    `${one} x`,
    `${one.slice(0, -1)}`,
    `${one}=`,
    'MD5:00:11',
    `ssh-ed25519 ${one}`,
  ])
    assert.deepEqual(parseHostKeyTag(text), [], text);
});

test('what is no fingerprint is never written', async t => {
  const { aws, ec2, find } = await instanceWith(t, {});
  const instance = await find();
  for (const wrong of [[], ['ssh-ed25519 AAAA'], [one, '']])
    await assert.rejects(writeHostKeyTag(instance, wrong, aws), /no fingerprint/);
  assert.equal(ec2.calls(), 1);
});

test('a missing right names CreateTags', async t => {
  const { aws, find } = await instanceWith(t, {}, { refuse: 'permission', refuseAfter: 1 });
  const failure = await failureOf(writeHostKeyTag(await find(), [one], aws));
  assert.deepEqual([failure.reason, failure.traffic], ['aws-refused', '']);
  assert.match(failure.remedy, /^Allow ec2:CreateTags in the policy of the role deployer;/);
});
