import assert from 'node:assert/strict';
import type { SandboxHost } from '../../sandbox/host.ts';
import type { Attack } from './attack.ts';
import { type Deployer, program } from './deployer.ts';

/** Stands in the files that only root may read, and nowhere else. */
const secret = 'k3pt-fr0m-3verybody';
const older = program.path.replace(program.sha256, 'b'.repeat(64));

/** Plants what must not be found, and programs of the attacker and of an older version. */
export async function setScene(host: SandboxHost): Promise<void> {
  await host.sh(`
    echo 'canary:${secret}:19000::::::' >>/etc/shadow
    install -m 0600 /dev/null /root/secret; echo ${secret} >/root/secret
    install -d -m 0755 $(dirname ${older}); cp -p ${program.path} ${older}
    install -d -m 1777 /tmp/gained
    printf 'Defaults requiretty, setenv, closefrom_override\\nDefaults env_keep += "BASH_ENV ENV LD_PRELOAD PS4 IFS PATH"\\n' >/etc/sudoers.d/00-lax
    visudo -cq
    cat >/tmp/attack <<'ATTACK'
#!/bin/sh
{ echo "as $(id) $(grep NoNewPrivs /proc/self/status) fds: $(ls /proc/self/fd | tr '\\n' ' ')"; cat /etc/shadow /root/secret; } 2>/dev/null | tee -a /tmp/gained/$$
ATTACK
    chmod 0755 /tmp/attack; chown nobody /tmp/attack
    sleep 1; touch /root/stamp; sleep 0.1`);
}

/** What each attempt ends with. */
const tried = 'all of it was tried';

/** What each attempt begins with. */
const prelude = `
program=${program.path} older=${older} attack=/tmp/attack sum=$(printf '%064d' 0)
call="sudo -n $program restricted shop"
hold() {
  rm -f /tmp/beat /tmp/acquired; mkfifo /tmp/beat
  $call acquire run=0123456789abcdef holder=attack lock-wait=30000 </tmp/beat >/tmp/acquired 2>&1 & holder=$!
  exec 7>/tmp/beat; n=0
  until grep -q '^@lease=held' /tmp/acquired || [ $n -gt 300 ]; do sleep 0.1; n=$((n + 1)); done
  held="run=0123456789abcdef lease=$(sed -n 's/^@token=//p' /tmp/acquired)"
}
let_go() { echo bye >&7; exec 7>&-; wait $holder; }
`;

/** Tries it, and gives all that was said. */
export async function tryOut(deployer: Deployer, script: string): Promise<string> {
  const { text } = await deployer.run(`${prelude}${script}\necho '${tried}'\n`);
  assert.ok(text.includes(tried), `the attempt was not made to its end:\n${text}`);
  return text;
}

/** Tries it, and proves on the host that nothing was gained. */
export async function attempt(host: SandboxHost, deployer: Deployer, attack: Attack): Promise<void> {
  const text = await tryOut(deployer, attack.script);
  assert.match(text, attack.says);
  assert.ok(!text.includes(secret), `what only root may read was said:\n${text}`);
  assert.equal(await whatWasGained(host), '', text);
  if (attack.after !== undefined) {
    const { stdout } = await host.run(attack.after.script);
    assert.match(stdout.trim(), attack.after.says, text);
  }
}

/**
 * What root did that a deploy of the app does not: files it wrote or that became special, processes, secrets; in lines,
 * empty when nothing.
 */
export async function whatWasGained(host: SandboxHost): Promise<string> {
  const own = [
    '/opt/shop/*',
    '/etc/nginx/bluegreen/shop*',
    '/etc/nginx/conf.d',
    '/etc/nginx/conf.d/bluegreen-shop.conf',
    '/etc/systemd/system',
    '/etc/systemd/system/bluegreen-shop*',
    '/etc/systemd/system/multi-user.target.wants*',
    '/var/log/*',
    '/var/lib/nginx*',
    '/var/lib/systemd*',
    '/var/lib/sudo*',
    '/var/tmp/systemd-private*',
    '/tmp/systemd-private*',
    '/var/tmp',
    '/tmp/gained',
  ];
  const left = await host.sh(`
    cd /
    grep -h 'uid=0\\|${secret}' /tmp/gained/* 2>/dev/null
    find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /run \\) -prune -o -cnewer /root/stamp -uid 0 ${own.map(path => `! -path '${path}'`).join(' ')} ! -path /tmp ! -path /opt/shop -printf 'written by root: %p\\n'
    find /run -xdev -cnewer /root/stamp -uid 0 \\( -name '*gained*' -o -name 'x' \\) -print
    find /tmp /home /opt /var/tmp /dev/shm -perm /6000 -printf 'with a bit: %p\\n' 2>/dev/null
    ps -eo user:20=,args= | grep '^root .*\\(/tmp/\\|attack\\|gained\\)' | grep -v 'grep\\|restricted'
    systemctl list-units --all --no-legend --plain 'run-*.service' | grep tmp
    true`);
  return left.trim();
}
