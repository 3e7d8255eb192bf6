import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runHost, shells } from './host-shell.ts';

const check = (said: string): string => `home=''; systemctl() { echo '${said}'; }; need_systemd_version`;

for (const shell of shells) {
  test(`${shell.name}: a systemd that is new enough is taken`, () => {
    for (const said of ['systemd 236', 'systemd 252 (252.33-1~deb12u1)', 'systemd 259~rc1 (259~rc1-1)'])
      assert.equal(runHost(shell, check(said)).status, 0, said);
  });

  test(`${shell.name}: an older one, or none that can be read, is host-unfit and says which is needed`, () => {
    for (const said of ['systemd 235', 'systemd 219 (Amazon Linux 2)', '']) {
      const { status, stdout } = runHost(shell, check(said));
      assert.equal(status, 22, said);
      assert.match(stdout, /^@reason=host-unfit$/m);
      assert.match(
        stdout,
        /^@message=The host has systemd (\d+|of an unknown version), and 236 is needed\.$/m,
      );
    }
  });
}
