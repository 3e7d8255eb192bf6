import type { Reason } from '../failure.ts';
import type { JarDiff } from '../jar/jar-diff.ts';
import type { Color } from './host-report.ts';

/** What a deploy would do on one host. Texts are of others and may be hostile. */
export interface Plan {
  /** How the host was found, in a clause such as `by tag:Role=web`. */
  readonly how: string;
  /** Page of the repository that this run belongs to, such as https://github.com/acme/shop; empty when it has none. */
  readonly repositoryUrl: string;
  readonly live: LiveRelease | undefined;
  readonly next: NextRelease;
  /** The live release is this very jar with these settings: a deploy would do nothing. */
  readonly isUnchanged: boolean;
  /** Undefined where one side is not known; `missing` says why. */
  readonly jar: JarDiff | undefined;
  /** Keys of environment variables, never values. */
  readonly environment: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly changed: readonly string[];
  };
  /** Lines of unified diffs, without their file lines; empty = same. */
  readonly launch: readonly string[];
  readonly unit: readonly string[];
  readonly nginx: readonly string[];
  /** Why a deploy would be refused; empty when it would not. */
  readonly obstacles: readonly Obstacle[];
  /** What was found of a tutorial's set-up, which `setup` takes over, in sentences. */
  readonly tutorial: readonly string[];
  /** What differs on the host from what a deploy left there, in sentences. */
  readonly drift: readonly string[];
  /** What a person should know before, in sentences. */
  readonly findings: readonly string[];
  /** What could not be planned and why, in sentences. */
  readonly missing: readonly string[];
  /** How long deploys took on this host; undefined when there was none. */
  readonly duration: { readonly medianMs: number; readonly deploys: number } | undefined;
  /** Commits since the live release, newest first; undefined where git cannot tell. */
  readonly commits: { readonly total: number; readonly shown: readonly Commit[] } | undefined;
}

/** The release that is live, as the host tells it; empty where it is not known. */
export interface LiveRelease {
  readonly release: string;
  /** A jar in place of a release, which setup found there, in words; empty when it is a release. */
  readonly adopted: string;
  readonly color: Color;
  readonly port: number;
  readonly repository: string;
  readonly ref: string;
  readonly commit: string;
  readonly actor: string;
  /** When its switch was confirmed, or when it was made; ISO 8601. */
  readonly at: string;
  readonly runUrl: string;
  /** Whether the front door was proven to be served by it: the host's word, such as `proven`. */
  readonly proof: string;
}

/** What a deploy would start. */
export interface NextRelease {
  /** Undefined while there is no jar. */
  readonly jar:
    | { readonly sha256: string; readonly bytes: number; readonly version: string | undefined }
    | undefined;
  readonly color: Color;
  readonly port: number;
  readonly ref: string;
  readonly commit: string;
  /** What would be sent; undefined while there is no jar. */
  readonly uploadBytes: number | undefined;
  /** A release on the host that has this very jar; empty when there is none. */
  readonly jarAt: string;
}

export interface Obstacle {
  readonly reason: Reason;
  readonly message: string;
  readonly remedy: string;
}

export interface Commit {
  readonly commit: string;
  readonly subject: string;
}
