import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runHost, shells } from './host-shell.ts';

/** A df that tells KiB and inodes left of each place, by the last word it is called with. */
const df = (kib: string, inodes = '500000 1000 499000'): string => `
  df() {
    case $1 in
      -Pk) printf 'Filesystem 1024-blocks Used Available Capacity Mounted on\\n/dev/a 9000000 0 %s 1%% /\\n' "${kib}" ;;
      -Pi) printf 'Filesystem Inodes IUsed IFree IUse%% Mounted on\\n/dev/a ${inodes} 1%% /\\n' ;;
    esac
  }`;
const look = (kib: string, more: string): string =>
  `${df(kib)}\nhome='' app=shop releases=/opt/shop/releases jar_sha256=x jar_bytes=41943040\nfind_jar() { :; }\n${more}`;

for (const shell of shells) {
  test(`${shell.name}: the jar, one release more and some small files must fit, and the numbers are told`, () => {
    const { status, stdout } = runHost(shell, look('98303', "jar_at=''; inspect_room"));
    assert.equal(status, 12);
    assert.match(
      stdout,
      /^@message=The disk that holds \/opt\/shop\/releases has 95 MiB left, and this deploy needs 96 MiB: 40 MiB for the jar, 40 MiB to spare for the next release, 16 MiB for logs and small files\. Nothing was changed\.$/m,
    );
    assert.equal(runHost(shell, look('98304', "jar_at=''; inspect_room")).status, 0);
  });

  test(`${shell.name}: a jar that a release has already needs no room again`, () => {
    const has = 'jar_at=20261122T214500Z-0a1b2c3d; inspect_room';
    assert.equal(runHost(shell, look('57344', has)).status, 0);
    const { stdout } = runHost(shell, look('57343', has));
    assert.match(stdout, /needs 56 MiB: 0 MiB for the jar, 40 MiB to spare/);
  });

  test(`${shell.name}: a full disk under nginx, systemd, the logs or /run is refused and named`, () => {
    for (const place of ['/etc/nginx', '/etc/systemd/system', '/var/log', '/var/lib', '/run']) {
      const kib = `$(if [ "$2" = ${place} ]; then echo 900; else echo 900000; fi)`;
      const { status, stdout } = runHost(shell, look(kib, "jar_at=''; inspect_room"));
      assert.equal(status, 12, place);
      assert.match(
        stdout,
        new RegExp(`^@message=The disk that holds ${place} has 0 MiB left, and .* 2 MiB`, 'm'),
      );
    }
  });

  test(`${shell.name}: used-up inodes are a full disk; a file system that does not count them is none`, () => {
    const need = "home=''; need_room /opt/shop 1024 'x' 'y'";
    const { status, stdout } = runHost(shell, `${df('900000', '1000 990 10')}\n${need}`);
    assert.equal(status, 12);
    assert.match(stdout, /has room for 10 files, and this deploy needs 64: its inodes are used up/);
    assert.equal(runHost(shell, `${df('900000', '0 0 0')}\n${need}`).status, 0);
  });

  test(`${shell.name}: the real df is understood, of a place that is not there too: by the folder it would be made in`, () => {
    const { stdout } = runHost(
      shell,
      'free_bytes /; echo; free_files /proc; echo; free_bytes /nowhere/at/all',
    );
    assert.match(stdout, /^\d{6,}\n\n\d{6,}$/);
  });
}
