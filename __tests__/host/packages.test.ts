import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Ended, type HostShell, runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

type Programs = Readonly<Record<string, string>>;

/** Runs a script on a host that has these programs before all others; `$1` is their folder. */
function onHost(t: TestContext, shell: HostShell, programs: Programs, script: string): Ended {
  const folder = temporaryFolder(t);
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  const start = `PATH=$1:$PATH; scratch=$1; app=shop home='' java=java class_version=0; sleep() { :; }`;
  return runHost(shell, `${start}; ${script}`, [folder]);
}

const candidates = (...names: readonly string[]): string =>
  `for name; do case " policy ${names.join(' ')} " in *" $name "*) [ "$name" = policy ] || printf '%s:\\n  Installed: (none)\\n  Candidate: 1\\n' "$name" ;; *) printf '%s:\\n  Installed: (none)\\n  Candidate: (none)\\n' "$name" ;; esac; done`;

const openjdk = (release: number): string => `openjdk-${release}-jre-headless`;
const debian12 = { 'apt-get': 'exit 0', 'apt-cache': candidates(openjdk(17)) };
const asDnf =
  'has_apt() { false; }; package_manager() { echo dnf; }; grep() { case "$*" in *" /etc/os-release") return "$is_other" ;; esac; command grep "$@"; }';

for (const shell of shells) {
  const javaFor = (t: TestContext, programs: Programs, needed: number, more = ':'): Ended =>
    onHost(
      t,
      shell,
      programs,
      `${more}; java_found='' java_needed=${needed}; choose_java; echo "chosen $java_package"`,
    );

  test(`${shell.name}: the newest Java with long-term support is taken that the package manager has`, t => {
    const all = { ...debian12, 'apt-cache': candidates(openjdk(11), openjdk(17), openjdk(21), openjdk(22)) };
    assert.equal(javaFor(t, all, 0).stdout, `chosen ${openjdk(21)}\n`);
    assert.equal(javaFor(t, debian12, 0).stdout, `chosen ${openjdk(17)}\n`);
    assert.equal(javaFor(t, debian12, 11).stdout, `chosen ${openjdk(17)}\n`);
    assert.equal(javaFor(t, all, 22).stdout, `chosen ${openjdk(22)}\n`, 'a jar of a release between');
  });

  test(`${shell.name}: where no Java is new enough for the jar nothing is installed`, t => {
    const { status, stdout } = javaFor(t, debian12, 21);
    assert.equal(status, 29);
    assert.match(
      stdout,
      /^@message=apt-get has no Java runtime that runs classes of Java 21 for this host\./m,
    );
    assert.match(stdout, /build the jar for an older Java/);
  });

  test(`${shell.name}: dnf's list is read, Corretto's name on Amazon Linux, OpenJDK's elsewhere, also of Java 8`, t => {
    const dnf = {
      dnf: `echo 'Available Packages'; for name; do case $name in *-17-* | *1.8.0*) echo "$name.x86_64   1:17.0.13+11-1.amzn2023.1   amazonlinux" ;; esac; done`,
    };
    const amazon = `${asDnf}; is_other=0`;
    const others = `${asDnf}; is_other=1`;
    assert.equal(javaFor(t, dnf, 0, amazon).stdout, 'chosen java-17-amazon-corretto-headless\n');
    assert.equal(javaFor(t, dnf, 0, others).stdout, 'chosen java-17-openjdk-headless\n');
    const names = `${amazon}; for release in 21 11 8; do java_package_of "$release"; done; is_other=1; java_package_of 8`;
    assert.deepEqual(onHost(t, shell, {}, names).stdout.split('\n').slice(0, 4), [
      'java-21-amazon-corretto-headless',
      'java-11-amazon-corretto-headless',
      'java-1.8.0-amazon-corretto',
      'java-1.8.0-openjdk-headless',
    ]);
  });

  const java = (release: string): string => `echo 'openjdk version "${release}" 2026-04-21' >&2`;
  const there = {
    ...debian12,
    nginx: 'echo "nginx version: nginx/1.22.1" >&2',
    logrotate: '',
    java: java('17.0.1'),
  };
  const look = (t: TestContext, programs: Programs, more = ':'): string =>
    onHost(
      t,
      shell,
      programs,
      `every_tool=sh; planned='' there=''; ${more}; look_packages; echo "$planned|$there"`,
    ).stdout;

  test(`${shell.name}: a Java that is there stays where it is new enough, or is the owner's own`, t => {
    const nothing = '|nginx 1.22.1, Java 17 and all tools are there\n';
    assert.equal(look(t, there), nothing);
    assert.equal(look(t, there, 'class_version=61'), nothing);
    assert.match(
      look(t, there, 'class_version=65'),
      /^install with apt-get: a Java runtime that runs classes of Java 21 \(the host has Java 17\)\|/,
    );
    assert.equal(
      look(t, { ...there, java: java('1.8.0_392') }, 'class_version=52'),
      nothing.replace('17', '8'),
    );
    assert.match(look(t, { ...there, java: 'exit 1' }), /^install with apt-get: a Java runtime\|/);
    assert.equal(look(t, there, 'class_version=65 java=/opt/own/java').split('|')[0], '');
  });

  test(`${shell.name}: lists that another apt-get holds are waited for; another failure is told with its words`, t => {
    const locked = `n=$(cat "$0.n" 2>/dev/null || echo 0); echo $((n + 1)) >"$0.n"; [ "$n" -ge 2 ] && exit 0; echo 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)'; exit 100`;
    const waited = onHost(t, shell, { 'apt-get': locked }, 'refresh_packages; cat "$1/apt-get.n"');
    assert.deepEqual([waited.status, waited.stdout], [0, '3\n']);
    const broken = `echo 'Reading package lists...'; echo 'E: dpkg was interrupted, you must run it again'; exit 100`;
    const { status, stdout } = onHost(t, shell, { 'apt-get': broken }, 'install_packages curl nginx');
    assert.equal(status, 29);
    assert.match(
      stdout,
      /^@message='apt-get install curl nginx' ended with status 100: E: dpkg was interrupted, you must run it again$/m,
    );
    assert.match(stdout, /^@log=Reading package lists\.\.\.$/m);
  });

  test(`${shell.name}: lists that are older than the mirror are read anew, once`, t => {
    const stale = `echo "$*" | grep -o ' install .*\\| update' >>"$0.calls"; case $* in *update*) touch "$0.new" ;; *) [ -e "$0.new" ] || { echo 'E: Failed to fetch http://mirror/x.deb  404'; exit 100; } ;; esac`;
    const { status, stdout } = onHost(
      t,
      shell,
      { 'apt-get': stale },
      'install_packages nginx; cat "$1/apt-get.calls"',
    );
    assert.deepEqual(
      [status, stdout],
      [0, 'installing with apt-get: nginx\n install nginx\n update\n install nginx\n'],
    );
  });
}
