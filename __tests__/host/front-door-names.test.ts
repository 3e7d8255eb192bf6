import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runHost, shells } from './host-shell.ts';

const listens = [
  ['80', 'http 127.0.0.1 80'],
  ['80 default_server', 'http 127.0.0.1 80'],
  ['8080', 'http 127.0.0.1 8080'],
  ['443 ssl', 'https 127.0.0.1 443'],
  ['443 ssl http2', 'https 127.0.0.1 443'],
  ['443 http2 ssl default_server', 'https 127.0.0.1 443'],
  ['*:8080', 'http 127.0.0.1 8080'],
  ['0.0.0.0:80', 'http 127.0.0.1 80'],
  ['10.0.0.5:8443 ssl', 'https 10.0.0.5 8443'],
  ['10.0.0.5', 'http 10.0.0.5 80'],
  ['127.0.0.1:81', 'http 127.0.0.1 81'],
  ['80 sslfoo', 'http 127.0.0.1 80'],
] as const;

const names = [
  ['', 'front.example'],
  ['_', 'front.example'],
  ['""', 'front.example'],
  ['~^(?<sub>.+)\\.example$', 'front.example'],
  ['shop.example', 'shop.example'],
  ['shop.example www.shop.example', 'shop.example'],
  ['*.shop.example other', 'bluegreen.shop.example'],
  ['.shop.example other', 'shop.example'],
  ['www.shop.* other', 'www.shop.bluegreen'],
] as const;

for (const shell of shells) {
  test(`${shell.name}: the words of listen tell where to knock`, () => {
    for (const [words, wanted] of listens) {
      const script = `door_scheme=http door_address=127.0.0.1 door_port=''
        read_listen "$1"; echo "$door_scheme $door_address $door_port"`;
      assert.equal(runHost(shell, script, [words]).stdout, `${wanted}\n`, words);
    }
  });

  test(`${shell.name}: the words of server_name give one name that they match`, () => {
    for (const [words, wanted] of names) {
      assert.equal(
        runHost(shell, 'front_host=front.example; first_name "$1"', [words]).stdout,
        `${wanted}\n`,
        words,
      );
    }
    assert.equal(runHost(shell, 'first_name _').stdout, 'localhost\n');
  });
}
