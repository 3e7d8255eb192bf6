import type { HistoryEntry } from './history-entry.ts';
import type { Color } from './host-report.ts';

/** How one host is. Texts are of others and may be hostile; times are ISO 8601, and empty where they are not known. */
export interface HostStatus {
  /** How the host was found, in a clause such as `by tag:Role=web`. */
  readonly how: string;
  /** Blue and green, the live one first. */
  readonly colors: readonly ColorStatus[];
  /** Whether the front door is served by the live release: the host's word, and what it saw in a clause. */
  readonly frontDoor: {
    readonly proof: 'none' | 'proven' | 'down' | 'mismatch';
    readonly seen: string;
  };
  /** A switch that is not confirmed yet; undefined when there is none. */
  readonly switching: Switching | undefined;
  /** Who has the lock; undefined when nobody has. */
  readonly holder: { readonly who: string; readonly since: string } | undefined;
  /** State of nginx's unit, such as `active`, and its version; empty where there is no nginx. */
  readonly nginx: { readonly state: string; readonly version: string };
  readonly disk: Room | undefined;
  readonly memory: Room | undefined;
  /** What differs on the host from what a deploy left there, and what the next one does about it, in sentences. */
  readonly drift: readonly string[];
  /** What a person should know beside it, in sentences. */
  readonly findings: readonly string[];
  /** What could not be looked at and why, in sentences. */
  readonly missing: readonly string[];
  /** The last ten runs, newest first. */
  readonly history: readonly HistoryEntry[];
}

/** One of the two colors. */
export interface ColorStatus {
  readonly color: Color;
  readonly port: number;
  readonly isLive: boolean;
  /** The release that its link leads to; empty when there is none. */
  readonly release: string;
  /** A jar in place of a release, which setup found there, in words; empty when there is none. */
  readonly adopted: string;
  /** Why the release is not to be gone back to; empty when it is not bad. */
  readonly bad: string;
  readonly ref: string;
  readonly commit: string;
  readonly actor: string;
  readonly runUrl: string;
  /** Since when the traffic goes to it; empty for the idle one. */
  readonly liveSince: string;
  readonly unit: {
    /** As systemd calls it: `active`, `inactive`, `failed`, … */
    readonly state: string;
    readonly since: string;
    /** Its main process; undefined when it does not run. */
    readonly pid: number | undefined;
    /** How often systemd started it again by itself. */
    readonly restarts: number;
    readonly residentBytes: number | undefined;
    readonly isEnabled: boolean;
  };
  /** Whether its health path says so; undefined when it does not run. */
  readonly isHealthy: boolean | undefined;
  /** What the health path answered, such as `200` or `503`; empty when it was not asked. */
  readonly health: string;
}

export interface Switching {
  /** `open`: under way; `baking`: the traffic moved and the new release is watched; `baked`: as good as confirmed. */
  readonly state: 'open' | 'baking' | 'baked';
  readonly release: string;
  readonly from: Color | undefined;
  readonly to: Color;
  readonly since: string;
  /** How long it is still watched; undefined when it is not. */
  readonly msLeft: number | undefined;
  /** Whether somebody looks after it: its run, or the host's own watch or timer. */
  readonly isLookedAfter: boolean;
}

export interface Room {
  readonly freeBytes: number;
  readonly totalBytes: number;
}
