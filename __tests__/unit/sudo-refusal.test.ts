import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sudoRefusal } from '../../src/commands/sudo-refusal.ts';

const remedyOf = (...errors: readonly string[]) => sudoRefusal('deployer', errors)?.remedy ?? '';

test('each way to say no has its remedy', () => {
  for (const [line, remedy] of [
    ['sudo: a password is required', /passwordless sudo.*'deployer ALL=\(ALL\) NOPASSWD: ALL'/],
    ["Sorry, user deployer is not allowed to execute '/x' as root on shop.", /NOPASSWD: ALL.*Narrower rules/],
    ['deployer is not in the sudoers file.', /NOPASSWD: ALL/],
    ['sudo: sorry, you must have a tty to run sudo', /'Defaults:deployer !requiretty'/],
    ['bash: line 1: exec: sudo: not found', /Install sudo on the host, or log in as root/],
    ['sh: 1: exec: sudo: not found', /Install sudo on the host/],
  ] as const) {
    assert.match(remedyOf(line), remedy, line);
    assert.match(
      sudoRefusal('deployer', [line])?.message ?? '',
      new RegExp(`refused deployer: ${line.slice(0, 9)}`),
    );
  }
});

test('a warning of sudo is not its answer', () => {
  const warning = 'sudo: unable to resolve host shop: Name or service not known';
  assert.equal(sudoRefusal('deployer', [warning]), undefined);
  assert.match(
    sudoRefusal('deployer', [warning, 'sudo: a password is required'])?.message ?? '',
    /a password is required$/,
  );
});

test('other trouble on stderr is none of sudo', () => {
  assert.equal(sudoRefusal('deployer', ['mkdir: cannot create directory', 'Killed']), undefined);
});
