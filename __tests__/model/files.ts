import { type Block, step } from './machine.ts';
import type { Process } from './process.ts';
import type { Color, Files, State } from './state.ts';

type Content<F extends keyof Files> = (state: State, me: Process) => Files[F];

/** The file as programs see it from now on; a power cut may still lose it. */
export const write = <F extends keyof Files>(state: State, file: F, content: Files[F]): State => ({
  ...state,
  now: { ...state.now, [file]: content },
});

export const sync = (state: State, ...files: readonly (keyof Files)[]): State => ({
  ...state,
  disk: { ...state.disk, ...Object.fromEntries(files.map(file => [file, state.now[file]])) },
});

/** put_file and put_link: the rename, then the fsync of its folder; `isSynced` is false for what forgets it. */
export const put = <F extends keyof Files>(
  name: string,
  file: F,
  content: Content<F>,
  isSynced = true,
): Block => [
  step(name, (state, me) => write(state, file, content(state, me))),
  ...(isSynced ? [step(`${name}: fsync`, state => sync(state, file))] : []),
];

const names = [
  'marker',
  'live',
  'journal',
  'before',
  'token',
  'candidate',
  'link-blue',
  'link-green',
  'on-blue',
  'on-green',
] as const satisfies readonly (keyof Files)[];

export const syncAll = (state: State): State => ({ ...state, disk: state.now });

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** All that a power cut may leave on the disk: of each file that was not synced, the old or the new. */
export function survivors({ now, disk }: State): readonly Files[] {
  let all: readonly Files[] = [disk];
  for (const name of names) {
    if (!isSame(now[name], disk[name])) all = all.flatMap(one => [one, { ...one, [name]: now[name] }]);
  }
  return all;
}

/** stop_color: `systemctl disable --now`. Nobody syncs that it is disabled. */
export const stopColor = (color: (state: State, me: Process) => Color): Block => [
  step('disables the color', (state, me) => write(state, `on-${color(state, me)}`, false)),
  step('stops the color', (state, me) => stop(state, color(state, me))),
];

export const stop = (state: State, color: Color): State => ({
  ...state,
  [color]: { state: 'absent', release: 0 },
});
