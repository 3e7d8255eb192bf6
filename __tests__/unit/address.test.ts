import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressKinds } from '../../src/config/address.ts';
import { configOf, problemsOf, validKey } from './valid-inputs.ts';

const ec2 = { host: '', 'instance-id': 'i-0123456789abcdef0' };
const endpoint = { ...ec2, via: 'instance-connect-endpoint' };
const jump = { ...ec2, 'ssh-jump-host': 'jump.example.com', 'ssh-jump-host-key': validKey.publicLine };
const orderOf = (changes: Readonly<Record<string, string>>) => configOf(changes).address;

test('auto takes public addresses first from outside, private ones from inside, and the private one through an endpoint', () => {
  assert.deepEqual(orderOf(ec2), ['public-dns', 'public-ip', 'private-ip', 'ipv6']);
  assert.deepEqual(orderOf(jump), ['private-ip', 'ipv6', 'public-dns', 'public-ip']);
  assert.deepEqual(orderOf(endpoint), ['private-ip']);
});

test('a kind that is asked for is the only one', () => {
  for (const address of addressKinds) {
    assert.deepEqual(orderOf({ ...ec2, address }), [address]);
    assert.deepEqual(orderOf({ ...jump, address }), [address]);
  }
  assert.deepEqual(orderOf({ ...endpoint, address: 'private-ip' }), ['private-ip']);
});

test('an endpoint leads to the private address alone', () => {
  for (const address of ['public-dns', 'public-ip', 'ipv6'])
    assert.match(problemsOf({ ...endpoint, address }).join(), /address is .* auto or private-ip with via/);
});

test('an address of no kind is refused', () => {
  assert.match(
    problemsOf({ ...ec2, address: 'elastic' }).join(),
    /auto, public-dns, public-ip, private-ip, ipv6/,
  );
});
