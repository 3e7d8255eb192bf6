import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { cells } from './cells.ts';
import { checkCell } from './check-cell.ts';
import { HostKeeper, whyNoArena } from './host-keeper.ts';
import { mutations } from './mutations.ts';
import { Draw, seed } from './seed.ts';

const wanted = process.env.BLUEGREEN_MUTATIONS ?? '3';
const chosen = /^\d+$/.test(wanted)
  ? new Draw(`${seed}/mutations`).shuffle(mutations).slice(0, Number(wanted))
  : mutations.filter(({ name }) => wanted === 'all' || name.includes(wanted));

/** What a cell says when it is red; anything else is a fault of the test's own, such as a host that does not boot. */
const redCell =
  /requests failed|front door stays shut|serves, not (old|new|other)|answers, which nobody deployed|the (next deploy|other deploy|run) reported|is still: |running while \w+ is live/;

describe(`a guard taken out turns a cell red: ${chosen.length} of ${mutations.length} by the seed ${seed} (BLUEGREEN_MUTATIONS=all takes out all)`, {
  skip: await whyNoArena(),
}, () => {
  const keeper = new HostKeeper();
  after(() => keeper.close());
  for (const { name, fault, point, ...replacement } of chosen) {
    test(`${name}: red is ${fault} | ${point}`, async t => {
      const cell = cells.find(one => one.fault === fault && one.point === point);
      assert.ok(cell, 'the cell is in the matrix');
      await assert.rejects(checkCell(keeper, cell, [replacement]), (error: Error) => {
        const [told = ''] = error.message.split('\n');
        t.diagnostic(told.slice(0, 200));
        assert.match(error.message, redCell);
        return true;
      });
    });
  }
});
