import type { Attack } from './attack.ts';

/** That a run took the lock and gave it back, and what the host wrote of it. */
const tokenIsWhole = { script: 'cat /opt/shop/state/token', says: /^\d+ [0-9a-f]{16} ended$/ };

/** What the caller's process hands on to root's, and what the deploy user may do without it. */
export const attacksBySurroundings: readonly Attack[] = [
  {
    name: 'limits: no file may grow, few descriptors, no processor time, a small stack, cores',
    script: `( ulimit -c unlimited; ulimit -t 2; ulimit -n 16; ulimit -s 512; ulimit -f 0
        printf '{"outcome":"x"}\\nbye\\n' | $call acquire run=00000000000000cc holder=x lock-wait=1000 )
      ( ulimit -f 0; $call status </dev/null | grep -c '^@live-proof=proven' )`,
    says: /@reason=input-invalid\n@message=The call comes with|@run=ended/,
    after: tokenIsWhole,
  },
  {
    name: 'closed descriptors: the first files that root opens would be its input and its output',
    script: `$call status <&- >&- 2>&-
      printf 'bye\\n' | $call acquire run=00000000000000dd holder=x lock-wait=1000 >&- 2>&-
      $call acquire run=00000000000000de holder=x lock-wait=1000 <&- >/tmp/said 2>&1 & sleep 2; cat /tmp/said`,
    says: /@lease=held/,
    after: {
      script:
        'cat /opt/shop/state/token; head -c 300 /opt/shop/state/lease 2>/dev/null | grep -v "^[a-z]*=" || true',
      says: /^\d+ [0-9a-f]{16}( ended)?$/,
    },
  },
  {
    name: 'open descriptors under the numbers that root uses for its locks',
    script: `: >/tmp/mine; printf 'bye\\n' | $call acquire run=00000000000000ee holder=x lock-wait=30000 3<>/tmp/mine 8<>/tmp/mine 9<>/tmp/mine; wc -c </tmp/mine`,
    says: /@run=ended[\s\S]*^0$/m,
    after: tokenIsWhole,
  },
  {
    name: 'a folder that is gone, and one full of files with the names of programs',
    script: `mkdir /tmp/gone && cd /tmp/gone && rmdir /tmp/gone; $call status </dev/null | grep '^@live-proof'
      mkdir -p /tmp/names && cd /tmp/names && for name in sh sed java nginx shop status restricted -e; do cp $attack ./$name; done; $call status </dev/null | grep '^@live-proof'`,
    says: /@live-proof=proven\n@live-proof=proven/,
  },
  {
    name: 'signals that are ignored or blocked, so that failures would look like success and nothing would end',
    script: `perl -e '$SIG{$_}="IGNORE" for qw(CHLD TERM INT ALRM PIPE HUP); exec @ARGV' sudo -n $program restricted shop status </dev/null | grep '^@live-proof'
      perl -e '$SIG{CHLD}="IGNORE"; exec @ARGV' sudo -n $program restricted shop status app=other </dev/null`,
    says: /@live-proof=proven\n[\s\S]*@reason=input-invalid/,
  },
  {
    name: 'a umask that lets everybody write',
    script: `umask 0; printf 'bye\\n' | $call acquire run=00000000000000ff holder=x lock-wait=1000; $call status </dev/null | grep '^@live-proof'`,
    says: /@run=ended[\s\S]*@live-proof=proven/,
    after: {
      script: 'find /opt/shop /etc/nginx /run/nginx-bluegreen /etc/nginx-bluegreen -perm /022 ! -type l',
      says: /^$/,
    },
  },
  {
    name: 'a process of root that the caller ends or stops',
    script: `sleep 4 | $call acquire run=0000000000000011 holder=x lock-wait=9000 >/tmp/held 2>&1 & sleep 2
      for pid in $(pgrep -f '^/bin/sh .*nginx-bluegreen restricted'); do kill -9 $pid && echo DONE; kill -STOP $pid && echo DONE; done; cat /tmp/held`,
    says: /^(?![\s\S]*DONE)(?=[\s\S]*not permitted)[\s\S]*@lease=held/,
  },
  {
    name: 'files of the program, of the app and of the right, without sudo',
    script: `for file in /etc/shadow /opt/shop/state/journal /opt/shop/blue/env /etc/sudoers.d/nginx-bluegreen-shop; do cat $file && echo DONE; done
      for file in $program /opt/shop/launch /etc/nginx-bluegreen/shop.conf /etc/nginx/conf.d/bluegreen-shop.conf /etc/systemd/system/bluegreen-shop@.service /home/shop-deploy/.ssh/authorized_keys /home/shop-deploy/.ssh/rc /home/shop-deploy/.profile /opt/shop/blue /run/nginx-bluegreen.1.x; do { echo x >>$file; } 2>&1 && echo DONE; done
      mv /home/shop-deploy/.ssh /home/shop-deploy/.s && echo DONE; mkdir /run/nginx-bluegreen.1 /etc/nginx-bluegreen/x && echo DONE`,
    says: /^(?![\s\S]*DONE)[\s\S]*Permission denied/,
  },
  {
    name: "the app's unit by systemctl, and one of its own",
    script: `export SYSTEMD_EDITOR=$attack
      for words in 'stop bluegreen-shop@blue' 'set-property bluegreen-shop@blue User=root' 'edit bluegreen-shop@blue' 'link /tmp/own.service' 'daemon-reload' 'set-environment LD_PRELOAD=/tmp/x'; do timeout 5 systemctl --no-ask-password $words </dev/null && echo DONE; done
      timeout 5 systemd-run --no-ask-password $attack </dev/null && echo DONE; timeout 5 pkexec $attack </dev/null && echo DONE; :`,
    says: /^(?![\s\S]*DONE)/,
    after: { script: 'systemctl is-active bluegreen-shop@blue', says: /^active/ },
  },
];
