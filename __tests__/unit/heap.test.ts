import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { readHeap } from '../../src/config/heap.ts';
import type { Launch } from '../../src/config/launch.ts';

const launchOf = (
  javaOptions: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Launch => ({
  java: 'java',
  javaOptions,
  appArguments: [],
  environment: Object.entries(variables).map(([key, value]) => ({ key, value })),
});
const heapOf = (...words: readonly string[]) => readHeap(launchOf(words));
const MiB = 1024 ** 2;

test('without options the heap may take a quarter of the memory', () => {
  assert.deepEqual(heapOf(), { most: { kind: 'share', percent: 25 }, startBytes: undefined });
});

test('sizes are read in all units, decimal and hexadecimal', () => {
  for (const [size, bytes] of [
    ['1024', 1024],
    ['64k', 64 * 1024],
    ['512m', 512 * MiB],
    ['2G', 2 * 1024 * MiB],
    ['1t', 1024 ** 4],
    ['0x20m', 32 * MiB],
  ] as const)
    assert.deepEqual(heapOf(`-Xmx${size}`).most, { kind: 'bytes', bytes }, size);
});

test('a share of the memory counts only where no size is given', () => {
  assert.deepEqual(heapOf('-XX:MaxRAMPercentage=75.5').most, { kind: 'share', percent: 75.5 });
  assert.deepEqual(heapOf('-Xmx64m', '-XX:MaxRAMPercentage=75').most, { kind: 'bytes', bytes: 64 * MiB });
});

test('what the heap begins with is read too; 0 means what the JVM chooses', () => {
  assert.equal(heapOf('-Xms64m').startBytes, 64 * MiB);
  assert.equal(heapOf('-Xms64m', '-XX:InitialHeapSize=32m').startBytes, 32 * MiB);
  assert.equal(heapOf('-Xms0').startBytes, undefined);
});

test('where the size is set in a place that is not read, nothing is claimed', () => {
  for (const word of [
    '@options.txt',
    '-XX:Flags=flags',
    '-XX:VMOptionsFile=x',
    '-XX:MaxRAM=1g',
    '-XX:+AggressiveHeap',
  ])
    assert.deepEqual(heapOf('-Xmx64m', word).most, { kind: 'unknown' }, word);
});

test('a size that is none is left to the JVM to refuse', () => {
  for (const word of ['-Xmx', '-Xmx12q', '-Xmx-5m', '-Xmx99999999999999999g'])
    assert.deepEqual(heapOf(word).most, { kind: 'share', percent: 25 }, word);
});

for (const [words, variables] of [
  [['-Xmx64m', '-Xmx128m'], {}],
  [['-Xmx128m', '-XX:MaxHeapSize=64m'], {}],
  [['-Xmx64m'], { JAVA_TOOL_OPTIONS: '-Xmx128m' }],
  [['-Xmx64m'], { JDK_JAVA_OPTIONS: '-Xmx128m' }],
  [['-Xmx64m'], { _JAVA_OPTIONS: '-Xmx128m' }],
  [[], { JAVA_TOOL_OPTIONS: '-Xmx64m', JDK_JAVA_OPTIONS: '-Xmx128m' }],
  [[], { _JAVA_OPTIONS: '-Xmx64m', JDK_JAVA_OPTIONS: '-Xmx128m', JAVA_TOOL_OPTIONS: '-Xmx256m' }],
  [[], { JAVA_TOOL_OPTIONS: '-Dname="two words" -Xmx128m' }],
  [['-Xmx64m', '-XX:MaxRAMPercentage=10'], {}],
] as const)
  test(`the JVM itself takes what we read: ${words.join(' ')} ${JSON.stringify(variables)}`, () => {
    const { stdout } = spawnSync('java', [...words, '-XX:+PrintFlagsFinal', '-version'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', ...variables },
    });
    const bytes = Number(/ MaxHeapSize +=\s*(\d+)/.exec(stdout)?.[1]);
    assert.deepEqual(readHeap(launchOf(words, variables)).most, { kind: 'bytes', bytes });
  });
