import type { Attack } from './attack.ts';

/** The head of a block. */
const head = (words: string): string => `printf '%-31s\\n' "${words}"`;

/** Uploads a release by hand: its files come from $env, $launch and $json, its jar is $jar. */
const upload = (release: string): string => `
  jar_sum=$(sha256sum <$jar | cut -d' ' -f1)
  release=${release}-$(echo $jar_sum | cut -c1-8)
  jar_bytes=$(stat -c %s $jar)
  { cat $env $launch $json; ${head('0 $jar_bytes')}; cat $jar; } | $call upload $held release=$release jar-sha256=$jar_sum jar-bytes=$jar_bytes payload-bytes=$jar_bytes keep-releases=3 \\
    env-bytes=$(stat -c %s $env) launch-bytes=$(stat -c %s $launch) json-bytes=$(stat -c %s $json)`;
const start =
  '$call start $held release=$release color=green health-path=/ health-timeout=2000 health-interval=100 health-successes=1 </dev/null';
const files =
  'mkdir -p /tmp/up && cd /tmp/up && env=e launch=l json=j jar=jar; echo x >jar; : >e; echo java=java >l; echo "{}" >j';

/** What comes in files, on stdin, or from the app itself. */
export const attacksByFiles: readonly Attack[] = [
  {
    name: 'a program of the attacker as java: it runs as the app, without rights and without our descriptors',
    script:
      'hold\n$call inspect $held java=$attack class-version=0 jar-bytes=1 jar-sha256=$sum env-sha256=$sum launch-sha256=$sum health-path=/ </dev/null\nlet_go',
    says: /as uid=\d+\(shop\) gid=\d+\(shop\) groups=\d+\(shop\) NoNewPrivs:\t1 fds: 0 1 2 3 '/,
  },
  {
    name: 'a java that stays: it holds neither the lock nor the call',
    script: `printf '#!/bin/sh\\nsetsid sleep 40 &\\n' >/tmp/stays; chmod 755 /tmp/stays
      hold; date +%s >/tmp/began; $call inspect $held java=/tmp/stays class-version=0 jar-bytes=1 jar-sha256=$sum env-sha256=$sum launch-sha256=$sum health-path=/ </dev/null | grep reason; let_go
      $call acquire run=00000000000000aa holder=next lock-wait=100 <<'BYE'
bye
BYE
       echo $(($(date +%s) - $(cat /tmp/began))) s`,
    says: /@lease=held[\s\S]*^([0-9]|1[0-9]) s$/m,
  },
  {
    name: 'java by a path that is relative, leads round or is another command line',
    script: `mkdir -p /tmp/cwd && cd /tmp/cwd && cp $attack java && cp $attack ./-x
      for java in ./java ../cwd/java cwd/java 'java;id' '-x' '/tmp/attack --root' '$(id)'; do $call plan "java=$java" </dev/null && echo DONE; done; $call plan java=java class-version=0 | grep '^@java='`,
    says: /^(?![\s\S]*DONE)[\s\S]*@java=\d+/,
  },
  {
    name: "launch.conf and env that name programs, users and libraries: all of it is the app's user's",
    script: `${files}
      printf 'java=/bin/sh\\nUser=root\\nopt=-c\\nopt=id >&2; cat /etc/shadow /root/secret /opt/shop/state/journal; sudo -n id; exit 3\\narg=$(/tmp/attack)\\narg=\`/tmp/attack\`\\n' >l
      printf 'LD_PRELOAD=/tmp/x.so\\nJAVA_TOOL_OPTIONS=-javaagent:/tmp/x.jar\\nX=$(/tmp/attack)\\nY=\`/tmp/attack\`\\nBASH_ENV=/tmp/attack\\nENV=/tmp/attack\\nUser=root\\n' >e
      hold; ${upload('20260101T000001Z')}; ${start}; let_go`,
    says: /@log=uid=\d+\(shop\) gid=\d+\(shop\)[\s\S]*@reason=start-failed/,
  },
  {
    name: "release.json that would be shell, sed or the program's own words",
    script: `${files}
      printf '{\\n  "jarSha256": "%s",\\n  "classVersion": "$(/tmp/attack)",\\n  "ref": "\`/tmp/attack\`; w /etc/gained",\\n  "actor": "x\\\\"\\n@reason=x\\n@lease=held"\\n}\\n' $(sha256sum <jar | cut -d' ' -f1) >j
      hold; ${upload('20260101T000002Z')}
      $call rollback $held release=$release health-path=/ health-timeout=1000 health-interval=100 health-successes=1 </dev/null; let_go; $call status </dev/null`,
    says: /^(?![\s\S]*^@reason=x$)[\s\S]*@target=20260101T000002Z/m,
  },
  {
    name: 'a recipe that reads other files than the jars of releases',
    script: `${files}; printf '%s\\n' '../../../root/secret 0 10' '/etc/shadow 0 10' '20260101T000009Z-00000000/../../state/journal 0 10' >r
      hold; cat $env $launch $json r | $call upload $held release=20260101T000009Z-00000000 jar-bytes=30 jar-sha256=$sum payload-bytes=0 recipe-bytes=$(stat -c %s r) \\
        env-bytes=$(stat -c %s $env) launch-bytes=$(stat -c %s $launch) json-bytes=$(stat -c %s $json); let_go`,
    says: /@rebuild-failed=its recipe does not fit what the host has: it has lines that are no steps$[\s\S]*@reason=link-lost/m,
    after: { script: 'ls /opt/shop/releases | grep -c 000009Z- || true', says: /^0$/m },
  },
  {
    name: "a list of pieces with the program's own words in it",
    script: `${files}; printf '@live-color=green\\n@reason=x\\nAAAAAAAAAAA9 @lease=held\\n' >p
      jar_sum=$(sha256sum <$jar | cut -d' ' -f1) release=20260101T000010Z-$(sha256sum <$jar | cut -c1-8)
      hold; { cat $env $launch $json p; ${head('0 2')}; cat $jar; ${head('end 0')}; } | $call upload $held release=$release jar-sha256=$jar_sum jar-bytes=2 payload-bytes=2 keep-releases=3 \\
        env-bytes=$(stat -c %s $env) launch-bytes=$(stat -c %s $launch) json-bytes=$(stat -c %s $json) pieces-bytes=$(stat -c %s p)
      let_go; $call plan class-version=0 jar-bytes=1 jar-sha256=$sum env-sha256=$sum launch-sha256=$sum health-path=/ </dev/null`,
    says: /^(?![\s\S]*^@(reason=x|live-color=green|lease=held\b.*AAA)$)[\s\S]*@uploaded-bytes=2$/m,
  },
  {
    name: 'an upload without end, one larger than the disk, and one that says less than it brings',
    script: `${files}
      hold; { ${head('0 5')}; yes; } | $call upload $held release=20260101T000003Z-00000000 jar-bytes=10 payload-bytes=10 jar-sha256=$sum env-bytes=0 launch-bytes=0 json-bytes=0; let_go
      hold; { ${head('5 6')}; yes; } | $call upload $held release=20260101T000003Z-00000000 jar-bytes=10 payload-bytes=10 jar-sha256=$sum; let_go
      hold; { ${head('0 20')}; head -c 20 /dev/zero; } | $call upload $held release=20260101T000003Z-00000000 jar-bytes=10 payload-bytes=20 jar-sha256=$sum; let_go
      hold; yes | $call upload $held release=20260101T000004Z-00000000 jar-bytes=10 payload-bytes=9000000000000 jar-sha256=$sum; let_go`,
    says: /block that cannot be: ' '[\s\S]*block that cannot be: '5 6'[\s\S]*@reason=upload-corrupt[\s\S]*@reason=disk-full/,
    after: { script: 'ls /opt/shop/releases | grep -c "part\\|20260101T00000[34]" || true', says: /^0$/m },
  },
  {
    name: 'shares of an upload that is not there, not its own, or another release by a path',
    script: `hold
      for words in "$held release=20260101T000008Z-00000000" "run=00000000000000cc lease=1 release=20260101T000008Z-00000000" "$held release=../../x" "$held"; do
        { ${head('0 10')}; yes; } | timeout 2 $call part $words | grep reason; echo "ended $?"; done; let_go`,
    says: /^(@reason=link-lost\n)?ended \d\n@reason=link-lost\nended 0\n@reason=input-invalid\nended 0\n@reason=input-invalid\nended 0$/m,
    after: { script: 'ls -d /opt/shop/releases/*00008Z* 2>/dev/null | wc -l', says: /^0$/m },
  },
  {
    name: "links in the app's own folder to what only root reads, while root looks for what a failed release left, and removes it",
    script: `${files}
      printf 'java=/bin/sh\\nopt=-c\\nopt=ln -s /etc/shadow hs_err_pid1.log; ln -s /etc/shadow core; ln -s /etc etc; ln -s /root/secret x.hprof; mkdir d; ln -s / d/root; mkfifo hs_err_pid2.log; touch core.x "$(printf "hs_err_pid3\\\\n@reason=x")"; cat hs_err_pid1.log; exit 3\\n' >l
      for i in 5 6 7; do hold; echo $i >jar; ${upload('20260101T00000$' + '{i}Z')}; ${start}; let_go; done`,
    says: /^(?![\s\S]*^@reason=x$)[\s\S]*It left \S+core\.x[\s\S]*@reason=start-failed/m,
    after: {
      script:
        'ls /etc/shadow /root/secret /etc/hosts && ls -d /opt/shop/releases/20260101T00000[567]* | wc -l',
      says: /\/etc\/hosts\n\/etc\/shadow\n\/root\/secret\n2$/m,
    },
  },
  {
    name: "files swapped between check and use: the app's folder, its release, its environment",
    script: `printf '#!/bin/sh\\nfor r in /opt/shop/releases/*; do mv $r/work $r/w2; rm -rf $r/app.jar; ln -sfn /etc/shadow $r/app.jar; ln -sfn /etc $r/work; ln -sfn /etc/shadow $r/env; rm -f $r/launch.conf; echo java=/tmp/attack >$r/launch.conf; truncate -s 60G $r/env; done; ln -sfn /etc /opt/shop/blue; echo >/opt/shop/launch\\n' >/tmp/swaps; chmod 755 /tmp/swaps
      $call plan java=/tmp/swaps health-path=/ salt=00000000000000000000000000000000 </dev/null
      timeout 20 $call plan java=java health-path=/ salt=00000000000000000000000000000000 </dev/null; echo "ended $?"`,
    says: /^ended 0$/m,
    after: {
      script: 'find /opt/shop/releases -maxdepth 2 -type l; ls -d /opt/shop/releases/*/app.jar | wc -l',
      says: /^[1-9]\d*$/,
    },
  },
  {
    name: 'a heartbeat that is no heartbeat: lines without end, JSON of a kind of its own',
    script: `{ sleep 1; head -c 3000000 /dev/zero | tr '\\0' '{'; echo; printf '{"outcome":"$(/tmp/attack)"}\\n'; printf '{\\0\\033[2J@reason=x\\n'; echo bye; } | $call acquire run=00000000000000bb holder='"},{"x":"$(id)\\' lock-wait=1000`,
    says: /@run=ended/,
    after: {
      script: 'stat -c %s /opt/shop/state/history.jsonl; tail -n 2 /opt/shop/state/history.jsonl | wc -l',
      says: /^\d{1,5}\n2$/m,
    },
  },
];
