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

for (const shell of shells) {
  const lacking = (tools: readonly string[], present = ''): string => `
    app=shop home=/opt/shop
    command() { case " ${tools.join(' ')} " in *" $2 "*) return 1 ;; *) [ "$2" != apt-get ] || ${present === 'apt-get'} ;; esac; }
    need_tools`;

  test(`${shell.name}: all missing tools are told at once, with the packages of this distribution, each once`, () => {
    const tools = ['ss', 'curl', 'systemctl', 'systemd-run', 'pgrep', 'awk', 'nginx'];
    const debian = runHost(shell, lacking(tools, 'apt-get'));
    assert.equal(debian.status, 22, debian.stderr);
    assert.match(
      debian.stdout,
      /^@message=The host lacks systemctl, systemd-run, curl, ss, pgrep, awk, nginx\.$/m,
    );
    assert.match(debian.stdout, /^@traffic=Nothing was changed on the host\.$/m);
    assert.match(debian.stdout, /: apt-get install systemd curl iproute2 procps mawk nginx, or have it/m);
    const amazon = runHost(shell, lacking(tools));
    assert.match(amazon.stdout, /: dnf install systemd curl iproute procps-ng gawk nginx, or have it/m);
  });

  test(`${shell.name}: nginx alone is left to the stage that reads its configuration`, () => {
    const { stdout } = runHost(shell, `need_systemd_version() { say asked; }\n${lacking(['nginx'])}`);
    assert.match(stdout, /^asked$|^@message=The host was not booted with systemd\.$/m);
  });
}
