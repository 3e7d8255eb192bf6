import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const [blue, green] = ['127.0.0.1:8081', '127.0.0.1:8082'];

/** What nginx's log says of one knock: group, upstreams, status; which ports somebody listens on; who answered. */
const answers = [
  ['shop-blue', blue, '200', '8081', 'blue'],
  ['shop-green', green, '404', '8082', 'green'],
  ['shop-blue', `${blue}, ${green}`, '200', '8082', 'green'],
  ['shop-green', `${green}, ${blue}`, '500', '8081', 'blue'],
  ['shop-blue', `${blue}, ${green}`, '502', '', 'none'],
  ['shop-blue', blue, '502', '8082', 'none'],
  ['shop-blue', blue, '502', '8081', 'other'],
  ['shop-blue', blue, '504', '8081', 'other'],
  ['shop-blue', green, '200', '8082', 'other'],
  ['shop-blue', `${green}, ${blue}`, '200', '8081', 'other'],
  [blue, blue, '200', '8081', 'other'],
  ['other-blue', blue, '200', '8081', 'other'],
  ['', '', '000', '', 'other'],
  ['', '', '200', '8081', 'other'],
] as const;

const door = 'app=shop blue_port=8081 green_port=8082';

for (const shell of shells) {
  test(`${shell.name}: who answered a knock: the color nginx chose, or the other as its backup, or nobody of ours`, () => {
    for (const [proxied, upstream, status, listening, who] of answers) {
      const script = `${door}
        door_proxied=$1 door_upstream=$2 door_status=$3; listening=$4
        port_listeners() { case " $listening " in *" $1 "*) echo 1 ;; esac; }
        read_answer`;
      const { stdout } = runHost(shell, script, [proxied, upstream, status, listening]);
      assert.equal(stdout, `${who}\n`, `${proxied} ${upstream} ${status}`);
    }
  });

  test(`${shell.name}: four knocks that do not agree name no color`, t => {
    const knocks = (colors: string): string =>
      runHost(
        shell,
        `${door} scratch=$1; shift
        knock_at_once() {
          door_lines='' count=0
          for now in ${colors}; do
            count=$((count + 1))
            echo "$count 200" >>"$scratch/knocks"
            door_lines="$door_lines
1764000000.200|200|0.001|shop-$now|127.0.0.1:$(port_of "$now")|200|0.001|$count|OK"
          done
        }
        look_at_door; echo "$door_color |$door_ports"`,
        [temporaryFolder(t)],
      ).stdout;
    assert.equal(knocks('blue blue blue blue'), 'blue | 8081 8081 8081 8081\n');
    assert.equal(knocks('blue blue green blue'), ' | 8081 8081 8082 8081\n');
  });
}
