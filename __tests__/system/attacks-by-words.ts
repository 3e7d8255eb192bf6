import type { Attack } from './attack.ts';

/** Calls each and says of those that end well that they did. */
const each = (calls: readonly string[]): string =>
  calls.map((words, i) => `$call ${words} </dev/null && echo "DONE: ${i}"`).join('\n');
const allRefused = /^(?![\s\S]*DONE:)[\s\S]*@reason=input-invalid/;

/** Words that say more than they may. */
export const attacksByWords: readonly Attack[] = [
  {
    name: 'stages that are for root alone',
    script: each([
      'watch',
      'deadline',
      'guard',
      'setup deploy-user=root',
      'survey',
      'restricted other status',
      '-c id',
      "''",
    ]),
    says: allRefused,
  },
  {
    name: "another app's name, a user, a home or a variable among the words",
    script: each([
      'status app=other',
      'status app=../other',
      'status app=shop app=other',
      'status deploy-user=root',
      'status home=/etc',
      'status PATH=/tmp',
      'status --help',
      "status ''",
      'status =x',
    ]),
    says: allRefused,
  },
  {
    name: "nginx's configuration in what setup fixed",
    script: `hold
      $call inspect $held server-name='_; } server { listen 8099; location / { root /etc; } }' tls-key=/etc/shadow tls-certificate=/etc/shadow max-body-size='1;' proxy-timeout='1;' site=include listen='80;' java=java class-version=0 jar-bytes=1 jar-sha256=$sum env-sha256=$sum launch-sha256=$sum
      let_go`,
    says: /server-name is fixed by setup as _ on this host/,
    after: { script: 'nginx -T 2>&1 | grep -c "8099\\|/etc/shadow" || true', says: /^0$/m },
  },
  {
    name: 'a stage that waits for one it never follows: for itself, or where nothing can wait',
    script: `hold
      ${each(['status after=upload', 'plan after=start java=java', 'follow after=upload followed=1.start', 'part after=upload', `start $held after=start color=blue release=${'20261122T101010Z-00000002'}`])}
      let_go`,
    says: allRefused,
    after: { script: 'ls /not-begun 2>&1 || true', says: /No such file/ },
  },
  {
    name: 'another user for the app: root, and one with other rights',
    script: each(['plan app-user=root java=$attack health-path=/', 'status app-user=ec2-user']),
    says: /app-user is fixed by setup as shop on this host: root was not used/,
  },
  {
    name: 'ports of other services as the ports of the app',
    script: each([
      'status blue-port=22',
      'status green-port=80',
      'status health-port=22',
      "status blue-management-port='22;id'",
    ]),
    says: allRefused,
  },
  {
    name: 'sed commands in the name of a word',
    script: each([
      "status 'x//;w /etc/cron.d/gained;-port=1'",
      "status 'blue-port/;w /etc/cron.d/gained;s/x=1'",
      "status '$(/tmp/attack)=1'",
    ]),
    says: allRefused,
  },
  {
    name: 'line ends in values, which would be lines of the settings, of the lease or of the journal',
    script: `nl='
'
      hold
      $call rollback $held rollback-reason="x\${nl}state=open" && echo DONE: 1
      $call switch $held release=20260101T000000Z-00000000 color=green rollback-reason="x\${nl}server-name=_; } server {" && echo DONE: 2
      let_go
      $call acquire run=0123456789abcdef holder="x\${nl}pid=1\${nl}run=0123456789abcdef" lock-wait=0 </dev/null && echo DONE: 3
      $call status "front-host=x\${nl}site=include" && echo DONE: 4`,
    says: allRefused,
  },
  {
    name: 'paths that lead out of the folders: release, jar-at, call, run, sha256',
    script: `hold
      for word in release=../../../etc release=.. jar-at=../../../root followed=1.../x followed=../../tmp/a.b run=../../../../etc jar-sha256=../../../../etc/shadow release=20260101T000000Z-0000000/ lease=../1; do
        for stage in upload rollback; do $call $stage $held $word </dev/null && echo DONE: $word; done
      done
      let_go`,
    says: allRefused,
  },
  {
    name: "addresses of others, files and curl's own syntax in the health path, the warm-up paths and the front door's name",
    script: each([
      'status health-path=@169.254.169.254/latest/',
      'status health-path=:22/',
      "status 'health-path=/{a,b}'",
      "status 'health-path=/[1-99999]'",
      "status 'health-path=/ -o /etc/gained'",
      "status 'warm-up-paths=/\" \noutput = /etc/gained'",
      "status 'warm-up-paths=file:///etc/shadow'",
      'status front-host=x@169.254.169.254',
      'status front-host=-K/etc/shadow',
      "status 'front-host=x/../y'",
    ]),
    says: allRefused,
  },
  {
    name: 'numbers that are none, overflow, are read as octal or ask for all the memory',
    script: `hold
      for word in lease=08 lease=99999999999999999999 bake-time=-1 bake-time=010 'health-timeout=a[$(id)]' env-bytes=99999999999 launch-bytes=1e9 json-bytes=00 jar-bytes=0x10 heap-share=9999999 lock-wait=99999999999; do
        $call start $held color=green release=20260101T000000Z-00000000 "$word" </dev/null && echo DONE: $word
      done
      let_go`,
    says: allRefused,
  },
  {
    name: 'a value of 100,000 bytes, one of other alphabets and one with a terminal sequence',
    script: each([
      'status "rollback-reason=$(head -c 100000 /dev/zero | tr "\\0" x)"',
      'status release=２０２６０１０１T000000Z-00000000',
      "status 'app=ѕhop'",
      'status "holder=$(printf "\\033]0;x\\007")"',
    ]),
    says: allRefused,
  },
  {
    name: 'stages without the words that say what they are about, or with no lock, again and again',
    script: `for i in 1 2 3 4 5; do $call start run=0123456789abcdef lease=$i color=green release=20260101T000000Z-00000000 </dev/null; done
      hold; $call start $held </dev/null; $call upload $held </dev/null; $call switch $held color=green </dev/null; $call revert $held color=blue </dev/null; let_go`,
    says: /^(?=[\s\S]*no longer holds the lock)(?=[\s\S]*without the words)/,
    after: {
      script: 'ls /run/nginx-bluegreen/shop 2>/dev/null | wc -l; cat /opt/shop/state/journal',
      says: /^0\nstate=switched/,
    },
  },
  {
    name: "another run's lock, by its name and a token",
    script: `$call acquire run=ffffffffffffffff resume=1 holder=x lock-wait=0 </dev/null
      $call settle run=ffffffffffffffff lease=1 </dev/null`,
    says: /^(?![\s\S]*@lease=held)[\s\S]*@reason=link-lost/,
  },
];
