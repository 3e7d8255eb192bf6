import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { trafficLine, twoPorts } from './traffic-line.ts';

/** A traffic log as ext4 leaves it after a power cut: it had grown, but the last bytes never came. */
function cutLog(t: TestContext): string {
  const log = join(temporaryFolder(t), 'traffic.log');
  writeFileSync(log, `${trafficLine(100, { status: 200 })}17954${'\0'.repeat(300)}`);
  return log;
}

for (const shell of shells) {
  test(`${shell.name}: a knock finds its line in a log that a power cut left NUL bytes in`, t => {
    // In curl's place: nginx logs the request and answers.
    const script = `${twoPorts} app=shop traffic_log=$1 scratch=$(dirname "$1") health_path=/ door_scheme=http door_address=127.0.0.1 door_port=80 door_name=_
      curl() {
        printf '1764000000.200|200|0.001|shop-blue|127.0.0.1:8081|200|0.001|%s|OK\\n' "$nonce" >>"$traffic_log"
        printf '%s 200\\n' "$nonce"
      }
      knock
      echo "$door_status $door_proxied $door_upstream"`;
    const { stdout } = runHost(shell, script, [cutLog(t)]);
    assert.equal(stdout, '200 shop-blue 127.0.0.1:8081\n');
  });

  test(`${shell.name}: readers of that log get whole lines without NUL bytes`, t => {
    const script =
      'traffic_log=$1 scratch=$(dirname "$1"); read_traffic_log; follow_traffic_log | mend_lines';
    const { stdout } = runHost(shell, script, [cutLog(t)]);
    const line = trafficLine(100, { status: 200 });
    assert.equal(stdout, line + line);
  });
}
