import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf, problemsOf } from './valid-inputs.ts';

test('a managed site has its own size, timeout and names', () => {
  const changes = {
    'server-name': 'shop.example *.shop.example',
    'max-body-size': '1G',
    'proxy-timeout': '5m',
  };
  assert.deepEqual(configOf(changes).site, {
    kind: 'managed',
    serverName: 'shop.example *.shop.example',
    listen: 80,
    tls: undefined,
    maxBodySize: '1G',
    proxyTimeout: '5m',
  });
});

test('names as nginx knows them are taken', () => {
  for (const name of [
    '_',
    'a',
    '.a.example',
    '*.a.example',
    'www.a.*',
    'xn--bcher-kva.example',
    '10.0.0.1',
  ]) {
    assert.deepEqual(problemsOf({ 'server-name': name }), [], name);
  }
});

test("what would end nginx's directive or begin another is refused", () => {
  for (const name of ['a;', 'a{', 'a}', 'a"', "a'", 'a\\', 'a#', '$a', 'a\nb', '~a', '*', 'a*b', 'a.']) {
    assert.match(problemsOf({ 'server-name': name }).join(), /- server-name is /, name);
  }
  for (const path of ['relative.pem', '/a b', '/a;', '/a$b', '/a"b', '/']) {
    const changes = { 'tls-certificate': path, 'tls-key': '/etc/key.pem' };
    assert.match(problemsOf(changes).join(), /- tls-certificate is /, path);
  }
});

test('certificate and key go together', () => {
  const pair = { 'tls-certificate': '/etc/ssl/shop.pem', 'tls-key': '/etc/ssl/shop.key' };
  const { site } = configOf(pair);
  assert.deepEqual(site.kind === 'managed' && site.tls, {
    certificate: '/etc/ssl/shop.pem',
    key: '/etc/ssl/shop.key',
  });
  assert.match(problemsOf({ ...pair, 'tls-key': '' }).join(), /- tls-key is not given.*go together/);
  assert.match(problemsOf({ ...pair, 'tls-certificate': '' }).join(), /- tls-certificate is not given/);
});

test('an include site has only its name and port', () => {
  const { site } = configOf({ site: 'include', listen: '8080', 'server-name': 'shop.example' });
  assert.deepEqual(site, { kind: 'include', serverName: 'shop.example', listen: 8080 });
});
