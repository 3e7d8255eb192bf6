import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Ec2Options } from '../../sandbox/ec2/endpoint.ts';
import type { Rule, SecurityGroup } from '../../sandbox/ec2/security-groups.ts';
import { findHosts } from '../../src/aws/find-host.ts';
import { openPorts, surveyPorts } from '../../src/aws/open-ports.ts';
import { failureOf, startedEc2 } from './ec2-endpoint.ts';

const id = 'i-0123456789abcdef0';
const description = 'nginx-bluegreen: open-ports of setup';
const ssh: Rule = { protocol: 'tcp', from: 22, to: 22, ipv4: '192.0.2.0/24', description: 'office' };
const ours = (port: number, source: Pick<Rule, 'ipv4' | 'ipv6'>): Rule => ({
  protocol: 'tcp',
  from: port,
  to: port,
  ...source,
  description,
});
const everywhere = (port: number): readonly Rule[] => [
  ours(port, { ipv4: '0.0.0.0/0' }),
  ours(port, { ipv6: '::/0' }),
];
const group = (name: string, ...rules: readonly Rule[]): SecurityGroup => ({
  id: `sg-${name}`,
  name,
  rules,
});

async function instanceWith(t: TestContext, groups: readonly SecurityGroup[], options: Ec2Options = {}) {
  const started = await startedEc2(t, [{ instanceId: id, address: '10.99.1.2', groups }], options);
  const [host] = await findHosts(
    { kind: 'instances', ids: [id], region: 'eu-west-1' },
    ['private-ip'],
    started.aws,
  );
  assert.ok(host?.instance);
  return { ...started, instance: host.instance };
}

test('what is missing is let in from everywhere, with a description; other rules stay as they are', async t => {
  const { aws, ec2, instance } = await instanceWith(t, [group('web', ssh)]);
  assert.equal(
    await surveyPorts(instance, [80, 443], aws),
    'let in TCP 80 from 0.0.0.0/0, TCP 80 from ::/0, TCP 443 from 0.0.0.0/0, TCP 443 from ::/0 by security group sg-web web',
  );
  assert.deepEqual(ec2.groups, [group('web', ssh)]);
  assert.equal(
    await openPorts(instance, [80, 443], aws),
    'security group sg-web web now lets in TCP 80 from 0.0.0.0/0, TCP 80 from ::/0, TCP 443 from 0.0.0.0/0, TCP 443 from ::/0',
  );
  assert.deepEqual(ec2.groups, [group('web', ssh, ...everywhere(80), ...everywhere(443))]);
});

test('a second time nothing is to do, and nothing is written', async t => {
  const { aws, ec2, instance } = await instanceWith(t, [group('web', ssh)]);
  await openPorts(instance, [80], aws);
  const calls = ec2.calls();
  assert.equal(await openPorts(instance, [80], aws), '');
  assert.equal(await surveyPorts(instance, [80], aws), '');
  assert.equal(ec2.calls(), calls + 2);
});

test('a range of ports and a rule for all protocols cover a port; one for others, from elsewhere, over UDP or by a prefix list does not', async t => {
  const covering = [
    group('web', { protocol: 'tcp', from: 1, to: 1024, ipv4: '0.0.0.0/0' }, { protocol: '-1', ipv6: '::/0' }),
  ];
  const covered = await instanceWith(t, covering);
  assert.equal(await openPorts(covered.instance, [80, 443], covered.aws), '');
  const near: readonly Rule[] = [
    { protocol: 'tcp', from: 81, to: 90, ipv4: '0.0.0.0/0' },
    { protocol: 'tcp', from: 80, to: 80, ipv4: '10.0.0.0/8' },
    { protocol: 'udp', from: 80, to: 80, ipv4: '0.0.0.0/0' },
    { protocol: 'tcp', from: 80, to: 80, prefixList: 'pl-1' },
    { protocol: 'tcp', from: 80, to: 80, ipv6: '::/0' },
  ];
  const { aws, ec2, instance } = await instanceWith(t, [group('web', ...near)]);
  assert.match(await openPorts(instance, [80], aws), /now lets in TCP 80 from 0\.0\.0\.0\/0$/);
  assert.deepEqual(ec2.groups, [group('web', ...near, ours(80, { ipv4: '0.0.0.0/0' }))]);
});

test('with several groups nothing is written, and all are named; what one of them lets in counts', async t => {
  const { aws, ec2, instance } = await instanceWith(t, [group('web', ...everywhere(80)), group('ssh', ssh)]);
  assert.equal(await openPorts(instance, [80], aws), '');
  const failure = await failureOf(openPorts(instance, [80, 443], aws));
  assert.equal(failure.reason, 'input-invalid');
  assert.deepEqual(await failureOf(surveyPorts(instance, [80, 443], aws)), failure);
  assert.match(failure.message, /has 2 security groups \(sg-web web, sg-ssh ssh\)/);
  assert.match(failure.message, /Not let in yet: TCP 443 from 0\.0\.0\.0\/0, TCP 443 from ::\/0\.$/);
  assert.deepEqual(ec2.groups, [group('web', ...everywhere(80)), group('ssh', ssh)]);
  const none = await instanceWith(t, []);
  assert.match((await failureOf(openPorts(none.instance, [80], none.aws))).message, /has no security group/);
});

test('two runs at once leave each rule once, and neither fails', async t => {
  const { aws, ec2, instance } = await instanceWith(t, [group('web')]);
  await Promise.all([openPorts(instance, [80, 443], aws), openPorts(instance, [443, 80], aws)]);
  const rules = ec2.groups[0]?.rules.map(({ from, ipv4, ipv6 }) => `${from} ${ipv4 ?? ipv6}`).toSorted();
  assert.deepEqual(rules, ['443 0.0.0.0/0', '443 ::/0', '80 0.0.0.0/0', '80 ::/0']);
});

test('a group that is full and a missing right are told with the call, the traffic left to the command', async t => {
  const full = await instanceWith(t, [group('web', ssh)], { mostRules: 1 });
  const failure = await failureOf(openPorts(full.instance, [80], full.aws));
  assert.deepEqual([failure.reason, failure.traffic], ['aws-refused', '']);
  assert.match(failure.message, /ec2:AuthorizeSecurityGroupIngress: RulesPerSecurityGroupLimitExceeded/);
  for (const [refuseAfter, call] of [
    [1, 'ec2:DescribeSecurityGroups'],
    [2, 'ec2:AuthorizeSecurityGroupIngress'],
  ] as const) {
    const { aws, instance } = await instanceWith(t, [group('web')], { refuse: 'permission', refuseAfter });
    const refused = await failureOf(openPorts(instance, [80], aws));
    assert.equal(
      refused.remedy,
      `Allow ${call} in the policy of the role deployer; docs/aws.md has the policies.`,
    );
  }
});
