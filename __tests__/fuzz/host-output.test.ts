import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { exitCodeOf } from '../../src/host/stage.ts';
import { readText } from '../contract/action-file.ts';
import { htmlIn } from '../unit/github-markdown.ts';
import { goodAnswers } from '../unit/made-world.ts';
import { deployTo, deployToHost, type HostileRun } from './hostile-host.ts';
import { hostile } from './hostile-values.ts';
import { draw, rounds } from './rounds.ts';
import { commandsIn } from './runner-commands.ts';

/** Commands to the runner, as an app's log may have them; HOSTILE is never a word of ours. */
const commands = [
  ...[
    '::set-output name=release::HOSTILE',
    '::error::HOSTILE',
    '::add-mask::HOSTILE',
    '::stop-commands::HOSTILE',
    '::debug::HOSTILE',
  ],
  ...[
    '::group::HOSTILE',
    '::endgroup::HOSTILE',
    '::set-env name=PATH::HOSTILE',
    '::add-path::HOSTILE',
    '::save-state name=a::HOSTILE',
  ],
  ...[
    '##[error]HOSTILE',
    '##[set-output name=release;]HOSTILE',
    'x ##[group]HOSTILE',
    '##\u2060[error]HOSTILE',
    '#\u200b#[error]HOSTILE',
  ],
  ...[
    '::warning file=a,line=1::HOSTILE%0A::error::HOSTILE',
    '%0A::error::HOSTILE',
    ':\u200b:error::HOSTILE',
    '::HOSTILE::',
  ],
];
const before = [
  '',
  ' ',
  '\t',
  '\r',
  '\r\r',
  '\ufeff',
  '\u200b',
  '\u00a0',
  '\u2028',
  '\u2029',
  '\x85',
  '\x0b',
  '\x0c',
  '\0',
  '\x1b[31m',
  '\x1b[2K\x1b[1G',
  '\x9b31m',
  '\x1b]0;t\x07',
  '\u202e',
  '\ud83d\ude00\r',
  'text\r',
  'text\u2028',
  '@',
  '@log=',
  '@x',
  '| ',
];
const broken = [
  [0xff, 0xfe],
  [0xe2, 0x98],
  [0xf0, 0x9f, 0x98],
  [0xc0, 0xaf],
  [0xed, 0xa0, 0x80],
  [0x00],
  [0x80],
].map(bytes => Buffer.from(bytes));

const piece = fc.oneof(
  fc.constantFrom(...commands).map(one => Buffer.from(one)),
  fc.constantFrom(...before).map(one => Buffer.from(one)),
  fc.constantFrom(...broken),
  hostile.map(one => Buffer.from(one.slice(0, 3000))),
);
const line = fc
  .tuple(fc.constantFrom(...before), fc.constantFrom(...commands), fc.array(piece, { maxLength: 4 }))
  .map(([first, command, rest]) => Buffer.concat([Buffer.from(first), Buffer.from(command), ...rest]));
/** Text of one fact or one line: whatever else it has, no line end. */
const oneLine = line.map(bytes => Buffer.from(bytes.filter(byte => byte !== 0x0a)));

const lines = (name: string, count = rounds): readonly Buffer[] =>
  draw(line, name, count).map(one => Buffer.concat([one, Buffer.from('\n')]));
const facts = (key: string, count: number): readonly Buffer[] =>
  draw(oneLine, key, count).map(value => Buffer.concat([Buffer.from(`@${key}=`), value, Buffer.from('\n')]));

/** The commands that the action itself gives to the runner, with properties that hold nothing of the host's. */
const own: Readonly<Record<string, RegExp>> = {
  group: /^$/,
  endgroup: /^$/,
  debug: /^$/,
  'add-mask': /^$/,
  warning: /^title=shop on 127\.0\.0\.1$/,
  error: /^title=[a-z]+ failed%3A [a-z-]+$/,
};

/** The runner takes no command of the host's, gets each output once, and shows a summary that is whole. */
function assertUnharmed(run: HostileRun): void {
  for (const { name, properties, data } of commandsIn(run.lines.join('\n'))) {
    assert.match(properties, own[name] ?? /^(?!)/, `::${name} ${properties}::${data.slice(0, 200)}`);
    if (/^(add-mask|endgroup|group)$/.test(name))
      assert.ok(!data.includes('HOSTILE') || name === 'group', data);
  }
  assertOutputs(run);
  assertSummary(run.summary);
}

/** Each output is there once, and none that is not ours; what the host names is no more than a name. */
function assertOutputs({ outputFile, outputs }: HostileRun): void {
  const wanted = [...(readText('action.yml').split('\noutputs:\n')[1] ?? '').matchAll(/^ {2}([a-z-]+):$/gm)];
  assert.deepEqual(outputs.map(([name]) => name).toSorted(), wanted.map(([, name]) => name).toSorted());
  assert.ok(Buffer.byteLength(outputFile) < 2 ** 20, 'the runner takes 1 MiB of outputs');
  for (const [name, value] of outputs) {
    if (name === 'result') assert.equal(JSON.parse(value).version, 1);
    else assert.match(value, /^[\w.:/?-]*$/, name);
  }
}

const outputOf = ({ outputs }: HostileRun, wanted: string): string =>
  outputs.find(([name]) => name === wanted)?.[1] ?? '';

/** Nothing of the host's is markup: outside of fences there are our own tags, tables of an even width, no links. */
function assertSummary(summary: string): void {
  assert.ok(Buffer.byteLength(summary) < 2 ** 20, 'the runner takes 1 MiB of summary');
  assert.doesNotMatch(summary.replace(/[\n\t]/g, ''), /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
  const outside = summary.replace(/^(`{3,})(text|mermaid)\n[\s\S]*?\n\1$/gm, '');
  assert.doesNotMatch(outside, /^ *(```|~~~)/m, 'every fence is closed');
  const tags = htmlIn(outside).flatMap(html => [...html.matchAll(/<[^>]*>?/g)].map(([tag]) => tag));
  for (const tag of tags) assert.match(tag, /^<(\/?details|\/?summary|br)>$/);
  assert.equal(
    tags.filter(tag => tag === '<details>').length,
    tags.filter(tag => tag === '</details>').length,
  );
  const own = /\[`[^`]*`\]\(https:\/\/github\.com\/sample\/shop\/(actions\/runs\/42|commit\/[0-9a-f]{40})\)/g;
  assert.doesNotMatch(outside.replace(own, ''), /(?<!\\)\]\(|(?<!\\)!\[/);
  for (const rows of outside.split('\n\n').filter(one => one.startsWith('| ')))
    assert.equal(new Set(rows.split('\n').map(row => row.split(/(?<!\\)\|/).length)).size, 1, rows);
  assert.doesNotMatch(outside, /^(?!### |\| ---|\| \| \|)\s*(#|---|===)/m, 'no heading but ours');
}

test('the control: what the host says would be commands, if it came through as it is', () => {
  const said = commandsIn(Buffer.concat(lines('control')).toString());
  assert.ok(said.length > rounds / 2 && said.some(({ name }) => name === 'set-output'));
});

test('a host that shouts commands on both streams in every stage: the deploy goes on, and none reaches the runner', async () => {
  const stages = Object.keys(goodAnswers);
  const each = Math.ceil(rounds / stages.length);
  const run = await deployToHost(stage => ({
    stdout: lines(`out ${stage}`, each),
    stderr: lines(`err ${stage}`, each),
  }));
  assert.equal(outputOf(run, 'outcome'), 'deployed', run.log.slice(-3000));
  assertUnharmed(run);
  assert.match(run.log, /HOSTILE/, 'people see what was said');
});

const told = [
  'message',
  'traffic',
  'remedy',
  'log',
  'cause',
  'process',
  'probe',
  'probe-body',
  'listeners',
  'memory',
  'finding',
];

test('a start that fails with hostile words for everything: annotation, outputs and summary are whole', async () => {
  for (let count = 0; count < Math.max(3, rounds / 300); count++) {
    const all = told.flatMap(key => facts(key, key === 'log' ? 50 : 3).map(one => one));
    const run = await deployToHost(stage =>
      stage === 'start'
        ? { stdout: [...all, '@reason=start-failed\n'], status: exitCodeOf('start-failed') ?? 1 }
        : {},
    );
    assert.equal(outputOf(run, 'reason'), 'start-failed', run.log.slice(-3000));
    assertUnharmed(run);
  }
});

const inspected = [
  'live-release',
  'jar-at',
  'nginx',
  'java',
  'drift',
  'finding',
  'reload-advice',
  'live-proof',
  'settings',
  'disk-free',
  'live-sha256',
  'live-commit',
  'live-ref',
  'live-repository',
  'live-run-url',
  'live-actor',
  'live-run-id',
  'memory-available',
  'front-door',
];

test('an inspection with hostile facts: what a host calls its release reaches no output, table or command unchecked', async () => {
  for (let count = 0; count < Math.max(4, rounds / 200); count++) {
    const all = inspected.flatMap(key =>
      draw(oneLine, `${key} ${count}`, 2).map(value =>
        Buffer.concat([Buffer.from(`@${key}=`), value, Buffer.from('\n')]),
      ),
    );
    const run = await deployToHost(stage =>
      stage === 'inspect' ? { stdout: [...all, '@live-color=blue\n'], isAll: true } : {},
    );
    assertUnharmed(run);
  }
});

test('a host that never ends: a million facts, megabytes on one line, and the memory stays bounded', async () => {
  const many = Buffer.from(`@log=${'x'.repeat(40)}\n@finding=HOSTILE\n`.repeat(1000));
  const long = Buffer.alloc(1_000_000, '::error::HOSTILE ');
  const run = await deployToHost(stage =>
    stage === 'start'
      ? {
          stdout: [
            ...Array(500).fill(many),
            ...Array(16).fill(long),
            '\n',
            ...Array(16).fill(long),
            '\n@reason=start-failed\n',
          ],
          stderr: Array(4).fill(long),
          status: exitCodeOf('start-failed') ?? 1,
        }
      : {},
  );
  assertUnharmed(run);
  assert.equal(outputOf(run, 'failed-stage'), 'start');
  assert.ok(run.peakMemoryKiB < 350 * 1024, `${run.peakMemoryKiB} KiB`);
});

test('whoever stands at the port cannot speak to the runner before the host key is checked', async t => {
  const said = '\n::error::HOSTILE\n##[error]HOSTILE\r::set-output name=release::HOSTILE';
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    socket.end(Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), disconnect(said)]));
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const run = await deployTo(address.port, { timeout: '10s' });
  assert.match(run.log, /HOSTILE/, 'people see what was said');
  assertUnharmed(run);
});

/** An SSH packet that ends the connection, with words for people (RFC 4253, 6 and 11.1). */
function disconnect(words: string): Buffer {
  const text = Buffer.from(words);
  const [reason, textLength, noLanguage] = [2, text.length, 0].map(number => {
    const field = Buffer.alloc(4);
    field.writeUInt32BE(number);
    return field;
  });
  assert.ok(reason && textLength && noLanguage);
  const payload = Buffer.concat([Buffer.from([1]), reason, textLength, text, noLanguage]);
  const padding = 16 - ((payload.length + 5) % 8);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(payload.length + padding + 1);
  head.writeUInt8(padding, 4);
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}
