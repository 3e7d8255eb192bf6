import type { Slots } from './process.ts';

export type Color = 'blue' | 'green';
export type Run = 'A' | 'B';

/** What live.conf says: the marker decides (also in an older text of ours), or a color stands in it. */
export type Live = 'none' | 'older' | 'marker' | Color;

export interface Journal {
  readonly state: 'none' | 'open' | 'baking' | 'baked' | 'switched' | 'restored';
  readonly from: Color;
  readonly to: Color;
  readonly release: number;
}

/** The files of one app on the host. Each is written whole; a power cut loses those that were not synced, or not. */
export interface Files {
  readonly marker: boolean;
  readonly live: Live;
  readonly journal: Journal;
  /** What keep_before kept. */
  readonly before: { readonly marker: boolean; readonly live: Live } | 'none';
  readonly token: { readonly token: number; readonly run: Run; readonly hasEnded: boolean };
  readonly candidate: { readonly color: Color; readonly release: number } | 'none';
  /** The release that a color's link leads to. */
  readonly 'link-blue': number;
  readonly 'link-green': number;
  /** Whether a color's unit is enabled. */
  readonly 'on-blue': boolean;
  readonly 'on-green': boolean;
}

/** A color's process: `sick` listens and answers badly; `booting` starts because the host does. */
export interface App {
  readonly state: 'absent' | 'starting' | 'booting' | 'healthy' | 'sick';
  readonly release: number;
}

/** What may still go wrong in this world. */
export interface Faults {
  readonly any: number;
  /** Runners that are killed; they do not count as `any`. */
  readonly death: number;
  readonly crash: number;
  readonly kill: number;
  readonly cut: number;
  readonly app: number;
  /** Reloads that nginx takes and does not follow. */
  readonly reload: number;
}

/** What the invariants remember and no program can see. */
export interface Memory {
  /** Releases that were healthy at the look before their switch: a bit each. */
  readonly proven: number;
  /** The release whose own watch time is not over: from its switch to the last look before the old color is stopped. */
  readonly watched: number;
  /** The release that failed by itself, and when. */
  readonly failed: {
    readonly release: number;
    readonly when: 'never' | 'before its look' | 'watched' | 'behind' | 'later';
  };
  /** A failure left no proven release that could serve. */
  readonly isLost: boolean;
  /** The release that was found able to serve again when the traffic was to go back to it. */
  readonly trusted: number;
  /** The newest token of which a stage got into its changing section. */
  readonly begun: number;
  /** A run was refused over a front door that nobody else had touched. */
  readonly isRefused: boolean;
}

/** A runner's session: `closed` is one whose end the host was told, a `silent` one it cannot tell from an idle one. */
export type Link = 'none' | 'open' | 'silent' | 'closed';

export interface State extends Slots {
  readonly now: Files;
  readonly disk: Files;
  readonly phase: 'up' | 'guarding' | 'starting';
  /** The configuration that nginx has read. */
  readonly loaded: Live;
  readonly blue: App;
  readonly green: App;
  /** Who holds the app's lock; `host` is the end of a run, cleaning up. */
  readonly lock: Run | 'host' | 'none';
  readonly 'link-A': Link;
  readonly 'link-B': Link;
  /** Whether the calls of the run are known: their folder does not outlive the run, or a reboot. */
  readonly hasCalls: boolean;
  /** The release whose deadline is armed; 0 when none is. */
  readonly timer: number;
  readonly faults: Faults;
  readonly memory: Memory;
}

export const otherColor = (color: Color): Color => (color === 'blue' ? 'green' : 'blue');

/** The color that nginx's files, or the files it has read, send traffic to. */
export function colorOf(live: Live, marker: boolean): Color | 'none' {
  if (live === 'none' || live === 'blue' || live === 'green') return live;
  return marker ? 'green' : 'blue';
}

export const liveColor = ({ now }: State): Color | 'none' => colorOf(now.live, now.marker);
/** Where a request goes: the configuration that nginx has read, the marker as it is. */
export const routeOf = ({ loaded, now }: State): Color | 'none' => colorOf(loaded, now.marker);

export const isListening = ({ state }: App): boolean => state === 'healthy' || state === 'sick';
/** Whether the color's port is served by the release that its link leads to. */
export const isProven = (state: State, color: Color): boolean =>
  isListening(state[color]) && state[color].release === state.now[`link-${color}`];

export const isUnconfirmed = ({ now: { journal } }: State): boolean =>
  journal.state === 'open' || journal.state === 'baking' || journal.state === 'baked';

/** In place of a release, where there is none. */
export const noRelease = 9;
