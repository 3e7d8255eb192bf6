import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf } from './valid-inputs.ts';

test("the defaults of action.yml make a whole configuration, in the units' own names", () => {
  const config = configOf();
  assert.equal(config.command, 'deploy');
  assert.deepEqual(config.target, { kind: 'address', address: 'shop.example.com' });
  assert.deepEqual(config.ports, { blue: 8081, green: 8082, management: undefined });
  assert.deepEqual(config.health, {
    path: '/actuator/health',
    port: undefined,
    timeoutMs: 120_000,
    intervalMs: 250,
    successes: 2,
  });
  assert.equal(config.warmUp, undefined);
  assert.equal(config.smokeCommand, '');
  assert.equal(config.verifyUrl, undefined);
  assert.deepEqual(config.bake, { timeMs: 0, maxErrorsPer10000: 100 });
  assert.equal(config.switchMode, 'instant');
  assert.equal(config.lockWaitMs, 600_000);
  assert.equal(config.drainTimeoutMs, 30_000);
  assert.equal(config.timeoutMs, 900_000);
  assert.equal(config.keepReleases, 5);
  assert.equal(config.force, false);
  assert.equal(config.ssh.user, 'ec2-user');
  assert.equal(config.ssh.port, 22);
  assert.equal(config.ssh.hostKeys.length, 1);
});

test('the app is called like the repository, made fit for units and folders', () => {
  const cases = [
    ['acme/Shop.API', 'shop-api'],
    ['acme/shop', 'shop'],
    ['acme/2024_Shop', 'shop'],
    ['acme/Ünïcode', 'n-code'],
    [`acme/${'Abc-'.repeat(20)}`, 'abc-abc-abc-abc-abc-abc-abc-abc'],
  ] as const;
  for (const [repository, app] of cases) {
    assert.equal(configOf({}, { repository }).app, app, repository);
    assert.match(app, /^[a-z][a-z0-9-]{0,30}$/);
  }
});

test('a repository name that gives no app asks for one', () => {
  for (const repository of ['', 'acme/123', 'acme/___']) {
    assert.throws(() => configOf({}, { repository }), { message: /- app is not given/ }, repository);
    assert.equal(configOf({ app: 'shop' }, { repository }).app, 'shop');
  }
});

test('the app runs as a user of its own name, or as the one given', () => {
  assert.equal(configOf({ app: 'shop' }).appUser, 'shop');
  assert.equal(configOf({ app: 'shop', 'app-user': '_web-1' }).appUser, '_web-1');
});

test('durations are milliseconds, with fractions and in every unit', () => {
  const drain = (text: string) => configOf({ 'drain-timeout': text }).drainTimeoutMs;
  assert.deepEqual(['0s', '500ms', '1.5s', '2m', '1h'].map(drain), [0, 500, 1500, 120_000, 3_600_000]);
});

test('management ports come in pairs', () => {
  const both = { 'blue-management-port': '9001', 'green-management-port': '9002' };
  assert.deepEqual(configOf(both).ports.management, { blue: 9001, green: 9002 });
  assert.throws(() => configOf({ 'green-management-port': '9002' }), { message: /or neither/ });
  assert.throws(() => configOf({ ...both, 'green-management-port': '9001' }), { message: /all different/ });
  assert.throws(() => configOf({ ...both, 'blue-management-port': '8082' }), { message: /all different/ });
});

test('the front door cannot be a port of the app', () => {
  assert.throws(() => configOf({ listen: '8081' }), { message: /all different/ });
});

test('ec2-console is refused for a plain host and taken for an instance', () => {
  const console = { 'ssh-host-key': 'ec2-console' };
  assert.throws(() => configOf(console), {
    message: /only with instance-id, instance-filters or auto-scaling-group/,
  });
  const { ssh } = configOf({ ...console, host: '', 'instance-id': 'i-0123456789abcdef0' });
  assert.deepEqual(ssh.hostKeys, [{ kind: 'ec2-console' }]);
});

test('warm-up takes its paths from lines, blank ones left out', () => {
  const paths = '/\n\n  /api/items?q=a%20b  \r\n/search';
  assert.deepEqual(configOf({ 'warm-up-paths': paths }).warmUp, {
    paths: ['/', '/api/items?q=a%20b', '/search'],
    requests: 200,
  });
  assert.equal(configOf({ 'warm-up-paths': '/', 'warm-up-requests': '7' }).warmUp?.requests, 7);
  assert.equal(configOf({ 'warm-up-paths': ' \n' }).warmUp, undefined);
});

test('the error rate of the bake is counted in parts of 10,000', () => {
  const rate = (text: string) => configOf({ 'bake-max-error-rate': text }).bake.maxErrorsPer10000;
  assert.deepEqual(
    ['0%', '0.05%', '0.5%', '1%', '2.25%', '100%', '100.00%'].map(rate),
    [0, 5, 50, 100, 225, 10_000, 10_000],
  );
});

test('the bake is shorter than the whole command', () => {
  const bake = (time: string, timeout: string) => configOf({ 'bake-time': time, timeout }).bake.timeMs;
  assert.equal(bake('59s', '1m'), 59_000);
  assert.throws(() => bake('1m', '60s'), {
    message: /- bake-time is "1m"; accepted: a duration shorter than timeout, which is 60s/,
  });
});

test('verify-url is an http or https URL', () => {
  assert.equal(configOf({ 'verify-url': 'https://shop.example.com/up?x=1' }).verifyUrl?.pathname, '/up');
  assert.equal(configOf({ 'verify-url': 'http://[::1]:8080' }).verifyUrl?.href, 'http://[::1]:8080/');
});
