import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { runHost, runHostBeside, shells } from './host-shell.ts';

const up = [
  '',
  'OK',
  '<html><body>status: DOWN</body></html>',
  '{"status":"UP"}',
  '{"status":"UP","groups":["liveness","readiness"]}',
  ' {\n  "status" : "UP"\n}\n',
  '{\r\n\t"status"\t:\t"UP"\r\n}',
  '{"components":{"db":{"status":"DOWN"}},"status":"UP"}',
  '{"status":"UP","components":{"db":{"status":"DOWN","details":{"error":"status"}}}}',
  '{"message":"status","status":"UP"}',
  '{"a":["status","DOWN"],"status":"UP"}',
  '{"a":"{\\"status\\":\\"DOWN\\"}","status":"UP"}',
  '{"a":"x\\\\","status":"UP"}',
  '{"a":"status","b":"DOWN"}',
  '{}',
  '[]',
  '[{"status":"DOWN"}]',
  '"status"',
  'true',
  '{"Status":"DOWN"}',
  '{"name":"ünï","status":"UP"}',
];

const down = [
  '{"status":"DOWN"}',
  '{"status":"OUT_OF_SERVICE"}',
  '{"status":"up"}',
  '{"status":"UP "}',
  '{"status":""}',
  '{"status":"DOWN","components":{"db":{"status":"UP"}}}',
  '{"components":{"db":{"status":"UP"}},"status":"DOWN"}',
  ' {\n "status" : "DOWN"\n}\n',
  '{"message":"status","status":"DOWN"}',
  '{"a":"\\"status\\":\\"UP\\"","status":"DOWN"}',
  '{"status":null}',
  '{"status":null,"a":"UP"}',
  '{"status":503}',
  '{"status":false,"detail":"UP"}',
  '{"status":{"code":"UP"}}',
];

for (const shell of shells) {
  const verdict = (body: string) =>
    runHost(shell, 'if is_body_up; then echo up; else echo down; fi', [], body);

  test(`${shell.name}: a body without a status of its own, or with UP, is healthy`, () => {
    for (const body of up) assert.equal(verdict(body).stdout, 'up\n', body);
  });

  test(`${shell.name}: a status of the body's own that is not "UP" is not healthy`, () => {
    for (const body of down) assert.equal(verdict(body).stdout, 'down\n', body);
  });

  test(`${shell.name}: a body that is cut or large ends the look all the same`, () => {
    assert.equal(verdict('{"a":"never closed').status, 0);
    assert.equal(verdict(`{"a":"${'x'.repeat(60_000)}","status":"DOWN"}`).stdout, 'down\n');
    assert.equal(verdict(`{"a":[${'1,'.repeat(10_000)}1],"status":"DOWN"}`).stdout, 'down\n');
  });

  test(`${shell.name}: a guarded health path is told as such`, () => {
    const statuses = ['', '302', '401', '503', '200'];
    const script = `probe_body=$(mktemp); for probe_status; do explain_probe; done
      echo '{"status":"DOWN"}' >"$probe_body"; explain_probe; rm "$probe_body"`;
    const [none, moved, refused, ...rest] = runHost(shell, script, statuses).stdout.split('\n');
    assert.equal(none, 'nothing (it was not asked)');
    assert.deepEqual(rest, ['503', '200', '200, but its status is not UP', '']);
    assert.match(moved ?? '', /^302: .*Spring Security/);
    assert.match(refused ?? '', /^401: .*Spring Security/);
  });

  test(`${shell.name}: a body without end fills nothing, and is judged by its beginning`, async t => {
    const server = createServer(socket => {
      socket.on('error', () => undefined);
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const chunk = `10000\r\n${'{"status":"DOWN"}'.padEnd(0x10000)}\r\n`;
      const flood = () => {
        while (!socket.destroyed && socket.write(chunk)) {}
      };
      socket.on('drain', flood).once('data', flood);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const script = `scratch=$(mktemp -d); adopted=$scratch/adopted health_port=$1 health_path=/health
      if probe blue; then echo healthy; else explain_probe; fi; stat -c %s "$probe_body"; rm -r "$scratch"`;
    const { stdout } = await runHostBeside(shell, script, [`${port}`]);
    const [judged, bytes] = stdout.split('\n');
    assert.equal(judged, '200, but its status is not UP');
    assert.ok(Number(bytes) > 1000 && Number(bytes) <= 131_072, bytes);
  });

  test(`${shell.name}: why there was no answer is told as curl knows it`, async t => {
    const server = createServer(socket => socket.once('data', () => answers.shift()?.(socket)));
    const answers: ((socket: Socket) => void)[] = [
      () => undefined,
      socket => socket.end(),
      socket => socket.resetAndDestroy(),
      socket => socket.end('SSH-2.0-nonsense\r\n'),
    ];
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const script = `scratch=$(mktemp -d); adopted=$scratch/adopted health_port=$1 health_path=/health probe_seconds=1
      for turn in 1 2 3 4; do if probe blue; then echo healthy; else explain_probe; fi; done
      health_port=1; probe blue || explain_probe; rm -r "$scratch"`;
    const { stdout, stderr } = await runHostBeside(shell, script, [`${port}`]);
    const [late, closed, reset, foreign, refused] = stdout.split('\n');
    assert.deepEqual(
      [late, closed, reset, refused, stderr],
      [
        'nothing (none came within 1 s)',
        'nothing (the connection was closed without an answer)',
        'nothing (the connection was reset)',
        'nothing (the connection was refused)',
        '',
      ],
    );
    assert.match(foreign ?? '', /^nothing \(.*HTTP\/0\.9.*\)$/);
  });
}
