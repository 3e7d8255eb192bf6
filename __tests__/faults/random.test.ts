import { after, describe, test } from 'node:test';
import { HostKeeper, whyNoArena } from './host-keeper.ts';
import { drawRounds } from './rounds.ts';
import { seed } from './seed.ts';
import { tryFault } from './trial.ts';

const rounds = drawRounds(Number(process.env.BLUEGREEN_ROUNDS ?? 10), seed);

describe(`faults and moments drawn from the seed ${seed} (BLUEGREEN_SEED=${seed} repeats them)`, {
  skip: await whyNoArena(),
}, () => {
  const keeper = new HostKeeper();
  after(() => keeper.close());
  for (const { name, fault, moment } of rounds) {
    test(name, async () => {
      await keeper.use(arena => tryFault(arena, fault, moment));
    });
  }
});
