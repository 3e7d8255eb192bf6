import { after, describe, test } from 'node:test';
import { cells, nameOf } from './cells.ts';
import { checkCell } from './check-cell.ts';
import { chooseCells } from './choose-cells.ts';
import { HostKeeper, whyNoArena } from './host-keeper.ts';
import { seed } from './seed.ts';

const chosen = chooseCells(cells, process.env.BLUEGREEN_CELLS ?? '20', seed);

describe(`fault matrix: ${chosen.length} of ${cells.length} cells by the seed ${seed} (BLUEGREEN_SEED=${seed} repeats them, BLUEGREEN_CELLS=all runs all)`, {
  skip: await whyNoArena(),
}, () => {
  const keeper = new HostKeeper();
  after(() => keeper.close());
  for (const cell of chosen) {
    test(nameOf(cell), async () => {
      await checkCell(keeper, cell);
    });
  }
});
