import '../scripts/shell-as-text.ts';
import type { HostKeeper } from '../__tests__/faults/host-keeper.ts';
import type { Trial } from '../__tests__/faults/trial.ts';
import type { Section } from './report.ts';
import { addUp, sum, writeCounts } from './statistics.ts';

// After the first import, which lets Node read the host program's files.
const { cells: matrix, nameOf } = await import('../__tests__/faults/cells.ts');
const { checkCell } = await import('../__tests__/faults/check-cell.ts');
const { chooseCells } = await import('../__tests__/faults/choose-cells.ts');
const { faults } = await import('../__tests__/faults/faults.ts');
const { HostKeeper: Keeper } = await import('../__tests__/faults/host-keeper.ts');
const { drawRounds } = await import('../__tests__/faults/rounds.ts');
const { seed } = await import('../__tests__/faults/seed.ts');
const { tryFault } = await import('../__tests__/faults/trial.ts');

const HOSTS = 2;

/** One deploy that is struck: a cell of the matrix, or a round that was drawn. */
interface Task {
  readonly kind: 'cell' | 'round';
  readonly name: string;
  readonly fault: string;
  readonly run: (keeper: HostKeeper) => Promise<Trial>;
}

interface Done {
  readonly task: Task;
  /** What came of it; why not, in a line, where something in it was not as it must be. */
  readonly result: Trial | string;
}

/**
 * The whole fault matrix (or what BLUEGREEN_CELLS says of it), and as many rounds with faults and moments drawn from a
 * seed; nothing may go wrong in any.
 */
export async function measureFaults(rounds: number): Promise<Section> {
  const cells = chooseCells(matrix, process.env.BLUEGREEN_CELLS ?? 'all', seed);
  const tasks: readonly Task[] = [
    ...cells.map(
      (cell): Task => ({
        kind: 'cell',
        name: nameOf(cell),
        fault: cell.fault,
        run: keeper => checkCell(keeper, cell),
      }),
    ),
    ...drawRounds(rounds, seed).map(
      ({ name, faultName, fault, moment }): Task => ({
        kind: 'round',
        name,
        fault: faultName,
        run: keeper => keeper.use(arena => tryFault(arena, fault, moment)),
      }),
    ),
  ];
  const done = await doAll(tasks);
  const wrong = done.flatMap(({ task, result }) =>
    typeof result === 'string' ? [`${task.name}: ${result}`] : [],
  );
  return {
    title: 'Faults at every step',
    method: `Deploys under load (8 kept connections, 120 requests a second, 4 new connections a second), each struck by one fault: ${cells.length} of the ${matrix.length} cells of the fault matrix, where the fault strikes while the host program stands at a named line, and ${rounds} rounds with fault and moment (such a line, or up to 7 s after the run began) drawn from the seed \`${seed}\` (\`BLUEGREEN_SEED=${seed}\` repeats them). ${HOSTS} hosts at a time. All is well when no request failed (nginx or the host killed: only while the front door was shut), one known release answers afterwards, nothing is left on the host, what the run reported is true, and the next deploy succeeds with no hand.`,
    columns: ['Fault', 'Cells', 'Rounds', 'All is well', 'Requests', 'Failed', 'The run reported'],
    rows: Object.keys(faults).map(fault =>
      describe(
        fault,
        done.filter(({ task }) => task.fault === fault),
      ),
    ),
    meaning: `${done.length - wrong.length} of ${done.length} went well. Requests fail only where nginx or the host was killed, between that and the first answer of the front door after it.`,
    missed: wrong,
  };
}

async function doAll(tasks: readonly Task[]): Promise<readonly Done[]> {
  const queue = [...tasks];
  const done: Done[] = [];
  const work = async (): Promise<void> => {
    const keeper = new Keeper();
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      const result = await task.run(keeper).catch((error: unknown) => {
        console.error(error);
        return firstLine(error);
      });
      done.push({ task, result });
      console.error(
        `${done.length}/${tasks.length} ${task.name}: ${typeof result === 'string' ? result : result.report}`,
      );
    }
    await keeper.close();
  };
  await Promise.all(Array.from({ length: HOSTS }, work));
  return done;
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';

function describe(fault: string, done: readonly Done[]): Section['rows'][number] {
  const good = done.flatMap(({ result }) => (typeof result === 'string' ? [] : [result]));
  const count = (kind: Task['kind']) => done.filter(({ task }) => task.kind === kind).length;
  return [
    fault,
    count('cell'),
    count('round'),
    good.length,
    sum(good.map(({ requests }) => requests)),
    sum(good.map(({ failed }) => failed)),
    writeCounts(addUp(good.map(({ report }) => ({ [report]: 1 })))),
  ];
}
