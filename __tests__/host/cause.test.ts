import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runHost, shells } from './host-shell.ts';
import { temporaryFolder } from './temporary-folder.ts';

const banner = '***************************\nAPPLICATION FAILED TO START\n***************************';

const trace = `2026-11-23T06:00:00.1Z ERROR 1 --- [main] o.s.boot.SpringApplication : Application run failed
org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'orders'
\tat org.springframework.beans.Factory.create(Factory.java:12)
Caused by: java.lang.IllegalStateException: no pool
\tat com.acme.Pool.open(Pool.java:7)
\t... 20 common frames omitted
Caused by: java.net.ConnectException: Connection refused
\tat java.base/sun.nio.ch.Net.connect(Net.java:50)
\tat com.acme.Pool.connect(Pool.java:99)
\t... 22 common frames omitted`;

/** A log, and what of it says most. */
const logs: readonly (readonly [string, string, string])[] = [
  [
    'Spring Boot says it itself',
    `${trace}\n\n${banner}\n\nDescription:\n\nWeb server failed to start. Port 8080 was already in use.\n\nAction:\n\nStop the process that's listening on port 8080.\n\n2026-11-23T06:00:00Z INFO bye`,
    "Web server failed to start. Port 8080 was already in use.\nAction: Stop the process that's listening on port 8080.\n",
  ],
  [
    'the same as journald keeps it: without empty lines',
    `${banner}\nDescription:\nfirst line\n\t- second: line\nAction:\nDo this\nand that\n{"level":"INFO"}`,
    'first line\n- second: line\nAction: Do this\nand that\n',
  ],
  [
    'the last cause, with where it was thrown',
    `${trace}\nINFO bye`,
    'Caused by: java.net.ConnectException: Connection refused\nat java.base/sun.nio.ch.Net.connect(Net.java:50)\n',
  ],
  [
    'a cause inside one line of JSON',
    '{"level":"ERROR","stack_trace":"a.B: x\\n\\tat q\\nCaused by: c.D: y\\n\\tat z"}\nbye',
    'Caused by: c.D: y\\n\\tat z"}\n',
  ],
  [
    'no memory is more than what it caused',
    `${trace}\nTerminating due to java.lang.OutOfMemoryError: Java heap space`,
    'Terminating due to java.lang.OutOfMemoryError: Java heap space\n',
  ],
  [
    'a JVM that refuses its options',
    "Unrecognized VM option 'UseNoGC'\nError: Could not create the Java Virtual Machine.\nError: A fatal exception has occurred. Program will exit.",
    "Unrecognized VM option 'UseNoGC'\nError: Could not create the Java Virtual Machine.\nError: A fatal exception has occurred. Program will exit.\n",
  ],
  [
    'colors are left out',
    '\u001b[31mException in thread "main" \u001b[0mjava.lang.Error: x\n\tat y',
    'Exception in thread "main" java.lang.Error: x\n',
  ],
  [
    'an exception without a cause',
    'a.b.CustomException: it broke\n\tat y\ngoodbye',
    'a.b.CustomException: it broke\n',
  ],
  ['a line at the level ERROR', '12:00 INFO a\n12:01 ERROR b failed\n12:02 INFO c', '12:01 ERROR b failed\n'],
  ['nothing of the kind', 'Started in 2 s\nall is well', ''],
  ['nothing at all', '', ''],
];

for (const shell of shells) {
  for (const [name, log, cause] of logs) {
    test(`${shell.name}: the telling lines of a log: ${name}`, t => {
      const file = join(temporaryFolder(t), 'log');
      writeFileSync(file, log === '' ? '' : `${log}\n`);
      const { status, stdout, stderr } = runHost(shell, 'find_cause "$1"', [file]);
      assert.deepEqual([status, stdout, stderr], [0, cause, '']);
    });
  }

  test(`${shell.name}: of a process that ended, the last line at least`, t => {
    const file = join(temporaryFolder(t), 'log');
    writeFileSync(file, 'one\nexec: nosuchjava: not found\n\n');
    assert.equal(runHost(shell, 'find_cause "$1" exited', [file]).stdout, 'exec: nosuchjava: not found\n');
  });

  test(`${shell.name}: hostile bytes and endless lines end the look all the same`, t => {
    const file = join(temporaryFolder(t), 'log');
    const wild = Buffer.from([0xff, 0xfe, 0x80, 0x41, 0x0a]);
    const long = Buffer.from(`Caused by: ${'Caused by: '.repeat(4000)}\n`);
    writeFileSync(file, Buffer.concat([wild, long, Buffer.from('%s%n $(id) `id`\n')]));
    const { status, stdout } = runHost(shell, 'find_cause "$1"', [file]);
    assert.equal(status, 0);
    assert.match(stdout, /^Caused by: /);
    assert.ok(stdout.length <= 501);
  });
}
