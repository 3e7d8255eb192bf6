import type { Attack } from './attack.ts';

/** Runs each line and says of those that end well that they did. */
const each = (lines: readonly string[]): string =>
  lines.map(line => `{ ${line}; } </dev/null && echo "DONE: ${line.replace(/["$`\\]/g, '')}"`).join('\n');
const none = /^(?![\s\S]*DONE:)[\s\S]*sudo/;

/** Asking sudo for more than the line gives. */
export const attacksBySudo: readonly Attack[] = [
  {
    name: 'a shell, a login shell and any other command by sudo',
    script: each([
      'sudo -n -s',
      'sudo -n -i',
      'sudo -n su',
      'sudo -n sh -c id',
      'sudo -n cat /etc/shadow',
      'sudo -n $attack',
    ]),
    says: none,
  },
  {
    name: 'an editor by sudo, of a file of root and of the host program',
    script: `export SUDO_EDITOR=$attack VISUAL=$attack EDITOR=$attack\n${each(['sudo -n -e /etc/shadow', 'sudoedit -n $program', 'sudo -n -e /etc/nginx-bluegreen/shop.conf'])}`,
    says: none,
  },
  {
    name: 'the host program without its boundary',
    script: each([
      'sudo -n $program',
      'sudo -n $program status app=shop',
      'sudo -n $program setup app=shop app-user=root',
      'sudo -n $program deadline app=shop',
    ]),
    says: none,
  },
  {
    name: "another app's name in the call",
    script: each([
      'sudo -n $program restricted other status',
      'sudo -n $program restricted shop-x status',
      'sudo -n $program restricted shopx status',
      "sudo -n $program restricted '' status",
    ]),
    says: none,
  },
  {
    name: "words with blanks in them, which sudo's pattern takes for several",
    script: each([
      'sudo -n $program "restricted shop status"',
      'sudo -n $program restricted "shop status"',
      'sudo -n $program restricted "shop ../other" status',
      'sudo -n $program "restricted shop" "status app=other"',
      'sudo -n $program restricted "shop other" status',
      `sudo -n $program restricted "shop
root" status`.replace('\n', ' '),
    ]),
    says: /^(?![\s\S]*DONE:)[\s\S]*(usage: nginx-bluegreen|refuses app)/,
  },
  {
    name: 'the program of an older version that is still there, under its own sha256',
    script: each(['sudo -n $older restricted shop status', 'sudo -n $older status app=shop']),
    says: none,
  },
  {
    name: "a program of one's own under the program's name, by PATH, by a link and by a path that goes round",
    script: `mkdir -p /tmp/own && cp $attack /tmp/own/nginx-bluegreen && chmod 755 /tmp/own/nginx-bluegreen
      export PATH=/tmp/own:$PATH\n${each([
        'sudo -n nginx-bluegreen restricted shop status',
        'sudo -n /tmp/own/nginx-bluegreen restricted shop status',
        'sudo -n $' + '{program%/*}/../../../../../tmp/own/nginx-bluegreen restricted shop status',
      ])}`,
    says: none,
  },
  {
    name: 'another name of the program, by a link in a folder of its own, whose folder would be the next one to be called',
    script: `mkdir -p /tmp/link && ln -sfn $program /tmp/link/nginx-bluegreen
      sudo -n /tmp/link/nginx-bluegreen restricted shop status </dev/null 2>&1 | head -c 300; ls -la /tmp/link`,
    says: /nginx-bluegreen ->/,
    after: { script: 'grep -rl /tmp/link /etc /opt/shop || echo none', says: /^none$/m },
  },
  {
    name: 'as another user or group than root, in another folder, root or with open descriptors',
    script: each([
      'sudo -n -u shop $program restricted shop status',
      'sudo -n -u ec2-user $program restricted shop status',
      'sudo -n -g adm $program restricted shop status',
      'sudo -n -D /tmp $program restricted shop status',
      'sudo -n -R /tmp $program restricted shop status',
      'sudo -n -C 10 $program restricted shop status',
    ]),
    says: none,
  },
  {
    name: 'variables of the environment that sudo is asked to keep or set',
    script: each([
      'LD_PRELOAD=/tmp/x sudo -n -E $program restricted shop status',
      'sudo -n LD_PRELOAD=/tmp/x $program restricted shop status',
      'BASH_ENV=/tmp/x sudo -n --preserve-env=BASH_ENV $program restricted shop status',
    ]),
    says: none,
  },
  {
    name: 'variables of the environment that shells, curl, awk and systemctl heed',
    script: `for name in sed awk grep curl cat sleep stat systemctl nginx; do mkdir -p /tmp/bin; cp $attack /tmp/bin/$name; done
      export BASH_ENV=$attack ENV=$attack PS4='$($attack)' SHELLOPTS=xtrace PATH=/tmp/bin:/usr/bin:/bin TMPDIR=/tmp/own LC_ALL=xx LD_LIBRARY_PATH=/tmp/bin
      export CURL_HOME=/tmp AWKPATH=/tmp SYSTEMD_PAGER=$attack PAGER=$attack http_proxy=http://127.0.0.1:1 HOME=/tmp JAVA_TOOL_OPTIONS=-version
      /usr/bin/sudo -n $program restricted shop status </dev/null | /usr/bin/grep -c '^@live-proof=proven$'`,
    says: /^1$/m,
  },
  {
    name: 'a call whose setuid bit is taken away, so that it runs as the caller',
    script:
      'setpriv --no-new-privs $call status </dev/null && echo DONE; $program restricted shop status </dev/null && echo DONE',
    says: /^(?![\s\S]*DONE)[\s\S]*(no new privileges|Permission denied|not root)/,
  },
];
