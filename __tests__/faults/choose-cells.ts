import { type Cell, nameOf } from './cells.ts';
import { Draw } from './seed.ts';

/**
 * The cells to run: `all` of them, those whose name has one of some texts (`link cut,start:`), or as many as a number
 * says: at least one of each fault, the rest by the seed. In the order of the matrix, so that cells of one fault share
 * a host.
 */
export function chooseCells(cells: readonly Cell[], wanted: string, seed: string): readonly Cell[] {
  if (wanted === 'all') return cells;
  if (!/^\d+$/.test(wanted)) {
    return cells.filter(cell => wanted.split(',').some(text => nameOf(cell).includes(text)));
  }
  const shuffled = new Draw(seed).shuffle(cells);
  const firsts = [...new Map(shuffled.map(cell => [cell.fault, cell])).values()];
  const rest = shuffled.filter(cell => !firsts.includes(cell));
  const chosen = new Set([...firsts, ...rest].slice(0, Number(wanted)));
  return cells.filter(cell => chosen.has(cell));
}
