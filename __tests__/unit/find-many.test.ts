import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ec2Host } from '../../sandbox/ec2/instance.ts';
import { findHosts } from '../../src/aws/find-host.ts';
import type { Target } from '../../src/config/target.ts';
import { failureOf, pointTo, startedEc2 } from './ec2-endpoint.ts';

const target: Target = {
  kind: 'filters',
  filters: [{ name: 'tag:Role', values: ['web'] }],
  region: 'eu-west-1',
};
const many = (running: readonly number[]): readonly Ec2Host[] =>
  Array.from({ length: 2500 }, (_, index) => ({
    address: `10.99.${Math.floor(index / 250)}.${index % 250}`,
    state: running.includes(index) ? 'running' : 'stopped',
    tags: { Role: 'web' },
  }));

test('the one that runs of 2,500 is found, on the last of three pages', async t => {
  const { aws, ec2 } = await startedEc2(t, many([2499]));
  const [host] = await findHosts(target, ['private-ip'], aws);
  assert.equal(host?.address, '10.99.9.249');
  assert.equal(ec2.calls(), 3);
  assert.match(host.how, /do not run: (i-\w+ \(stopped\), ){19}i-\w+ \(stopped\) and 2479 more$/);
});

test('of 2,500 that do not run, or that all run, a few are named and the others counted', async t => {
  const { aws } = await startedEc2(t, many([]));
  const stopped = await failureOf(findHosts(target, ['private-ip'], aws));
  assert.equal(stopped.reason, 'host-not-running');
  assert.match(stopped.message, / and 2480 more\.$/);
  const all = await startedEc2(t, many(Array.from({ length: 2500 }, (_, index) => index)));
  const running = await failureOf(findHosts(target, ['private-ip'], all.aws));
  assert.equal(running.reason, 'host-ambiguous');
  assert.match(running.message, /matches 2500 running instances: .* and 2480 more\.$/);
});

test('throttling is waited out', async t => {
  const { aws, ec2, told } = await startedEc2(t, many([1, 2499]).slice(1), { throttleFirst: 2 });
  const failure = await failureOf(findHosts(target, ['private-ip'], aws));
  assert.equal(failure.reason, 'host-ambiguous');
  assert.equal(ec2.calls(), 5);
  assert.match(told[0] ?? '', /3 attempt\(s\)$/);
});

test('throttling that does not end is told, after as many attempts as the job asks for', async t => {
  const { aws, ec2 } = await startedEc2(t, [{ address: '10.99.1.2' }], { throttleFirst: 1e9 });
  pointTo(ec2.url, { AWS_MAX_ATTEMPTS: '3' });
  const failure = await failureOf(findHosts(target, ['private-ip'], aws));
  assert.equal(failure.reason, 'aws-refused');
  assert.match(failure.message, /did not answer ec2:DescribeInstances: RequestLimitExceeded: /);
  assert.match(failure.remedy, /limits the calls .* Run again later/);
  assert.equal(ec2.calls(), 3);
});

test('faults of AWS itself are tried eight times in all, and told as such', async t => {
  const { aws, ec2 } = await startedEc2(t, many([0]), { refuse: 'fault', refuseAfter: 1 });
  const failure = await failureOf(findHosts(target, ['private-ip'], aws));
  assert.equal(ec2.calls(), 1 + 8);
  assert.match(failure.message, /InternalError/);
  assert.match(failure.remedy, /on the side of AWS/);
});
