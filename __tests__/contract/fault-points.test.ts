import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { cells, nameOf } from '../faults/cells.ts';
import { chooseCells } from '../faults/choose-cells.ts';
import { faults } from '../faults/faults.ts';
import { instrument, program } from '../faults/instrument.ts';
import { mutations } from '../faults/mutations.ts';
import { type Point, points } from '../faults/points.ts';
import { drawRounds } from '../faults/rounds.ts';

const named: readonly (readonly [string, Point])[] = Object.entries(points);

test('each point of the fault matrix is a line that its file has exactly once', () => {
  for (const [name, point] of named) {
    assert.notEqual(instrument(point), program.text, name);
    const absent = { ...point, line: `${point.line} #` };
    assert.throws(() => instrument(absent), /0 times, not once/, name);
  }
});

test('the program that stops at a point is a shell program', () => {
  for (const [name, point] of named) {
    const { status, stderr } = spawnSync('dash', ['-n'], { input: instrument(point), encoding: 'utf8' });
    assert.equal(status, 0, `${name}: ${stderr}`);
  }
});

test('a point names the stage of its file', () => {
  const prefixes = { cold: 'rollback, ', instant: 'instant rollback, ' } as const;
  for (const [name, { stage, rollback }] of named) {
    const prefix = rollback === undefined || stage === 'rollback' ? '' : prefixes[rollback];
    assert.ok(name.startsWith(`${prefix}${stage}: `), name);
  }
});

test('the matrix has at least 60 cells, no two alike, and every fault', () => {
  const names = cells.map(nameOf);
  assert.ok(names.length >= 60, `${names.length} cells`);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(new Set(cells.map(({ fault }) => fault)), new Set(Object.keys(faults)));
});

test('CI runs at least one cell of each fault, others with another seed, and the same with the same', () => {
  for (const seed of ['a', 'b', 'c']) {
    const chosen = chooseCells(cells, '20', seed);
    assert.equal(chosen.length, 20);
    assert.deepEqual(new Set(chosen.map(({ fault }) => fault)), new Set(Object.keys(faults)));
    assert.deepEqual(chosen, chooseCells(cells, '20', seed));
  }
  const ever = Array.from({ length: 90 }, (_, day) => chooseCells(cells, '20', `${day}`)).flat();
  assert.equal(new Set(ever).size, cells.length, 'every cell has its turn');
});

test('rounds of one seed begin alike, however many they are, and strike in many ways', () => {
  const names = drawRounds(200, 'a').map(({ name }) => name);
  assert.deepEqual(
    drawRounds(10, 'a').map(({ name }) => name),
    names.slice(0, 10),
  );
  assert.notDeepEqual(
    drawRounds(10, 'b').map(({ fault }) => fault),
    drawRounds(10, 'a').map(({ fault }) => fault),
  );
  assert.deepEqual(
    new Set(drawRounds(200, 'a').map(({ faultName }) => faultName)),
    new Set(Object.keys(faults)),
  );
});

test('each mutation takes a text out that its file has exactly once, leaves a shell program, and names a cell', () => {
  for (const { name, fault, point, ...replacement } of mutations) {
    const text = instrument(points[point], [replacement]);
    assert.equal(spawnSync('dash', ['-n'], { input: text, encoding: 'utf8' }).stderr, '', name);
    assert.ok(
      cells.some(cell => cell.fault === fault && cell.point === point),
      `${name}: no such cell`,
    );
  }
});
