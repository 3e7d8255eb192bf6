import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** In curl's place: nginx answers, and logs as `line` has it, or as `log` does. */
const door = `app=shop blue_port=8081 green_port=8082 traffic_log=$1/log scratch=$1 health_path=/ door_scheme=http
  door_address=127.0.0.1 door_port=80 door_name=_ only_looks=yes
  : >"$traffic_log"
  line() { printf '1764000000.200|200|0.001|shop-blue|127.0.0.1:8081|200|0.001|%s|OK\\n' "$nonce"; }
  log() { line >>"$traffic_log"; }
  curl() { log; printf '%s %s\\n' "$nonce" "\${status:-200}"; }
  revive_nginx() { :; }
  ask_host() { :; }
  know_host() { :; }
  prove_release() { proof=proven; }
  is_disk_full() { false; }
  passed() { echo "$(($(uptime_ms) - began < $1))"; }
  began=$(uptime_ms)`;

for (const shell of shells) {
  const run = (t: TestContext, script: string): string => {
    const { status, stdout, stderr } = runHost(shell, `${door}\n${script}`, [temporaryFolder(t)]);
    assert.deepEqual([status, stderr], [0, '']);
    return stdout;
  };

  test(`${shell.name}: as many knocks as asked for, each with a nonce of its own, must all be served`, t => {
    const seven =
      'verify_front_door blue 7 && echo "$verdict"; cut -d"|" -f8 "$traffic_log" | sort -u | wc -l';
    assert.equal(
      run(t, seven),
      "http://_:80 answered 200 through 'shop-blue' from 127.0.0.1:8081: proven\n7\n",
    );
    const other = `line() {
      if mkdir "$scratch/first" 2>/dev/null; then port=8082; else port=8081; fi
      printf '1764000000.200|200|0.001|shop-blue|127.0.0.1:%s|200|0.001|%s|OK\\n' "$port" "$nonce"
    }
    are_served_by blue 3 || echo "$door_upstream"; are_served_by blue 3 && echo served`;
    assert.equal(run(t, other), '127.0.0.1:8082\nserved\n');
  });

  test(`${shell.name}: a line that was cut short, or glued to another's, tells nothing of the knock`, t => {
    const lines = {
      'printf \'1764000000.200|200|0.001|shop-blue|127.0.0.1:8081|200|0.001|%s\' "$nonce"': '',
      'printf \'1764000000.200|200|0.001|shop-blue|127.0.0.1:8081|200|0.001|%s|1764000001.000|200|0.001|shop-green|127.0.0.1:8082|200|0.001|-|OK\\n\' "$nonce"':
        '',
      'printf \'17640000001764000000.200|200|0.001|shop-blue|127.0.0.1:8081|200|0.001|%s|OK\\n\' "$nonce"':
        '127.0.0.1:8081',
      'printf \'0.001|shop-blue|127.0.0.1:8081|200|0.001|%s|OK\\n\' "$nonce"': '',
    };
    for (const [line, upstream] of Object.entries(lines)) {
      const script = `door_unseen=earlier; line() { ${line}; }; knock; echo "$door_upstream"`;
      assert.equal(run(t, script), `${upstream}\n`, line);
    }
  });

  test(`${shell.name}: a line that comes late is waited for; without any, three looks are enough`, t => {
    const late =
      'log() { { sleep 0.7; line; } >>"$traffic_log" & }; knock; echo "$door_upstream [$door_unseen]"';
    assert.equal(run(t, late), '127.0.0.1:8081 []\n');
    const never = `log() { :; }
      verify_front_door blue 3 || echo "$verdict"
      began=$(uptime_ms); knock; echo "[$door_line]"; passed 1500`;
    assert.match(
      run(t, never),
      /^http:\/\/_:80 answered 200, but the request did not pass our .*\n\[\]\n1\n$/,
    );
  });

  test(`${shell.name}: when the line of a knock given up comes after all, lines are waited for at length again`, t => {
    const script = `log() { line >"$scratch/late"; }
      knock; echo "[$door_upstream]"
      log() { cat "$scratch/late" >>"$traffic_log"; { sleep 0.6; line; } >>"$traffic_log" & }
      knock; echo "[$door_upstream] [$door_unseen]"`;
    assert.equal(run(t, script), '[]\n[127.0.0.1:8081] []\n');
  });

  test(`${shell.name}: a knock that was not answered is not waited for at length`, t => {
    const script =
      'status=000; log() { :; }; knock; echo "$door_status [$door_line] [$door_unseen]"; passed 1500';
    assert.equal(run(t, script), '000 [] []\n1\n');
  });
}
