/** One run that had the lock of an app's host, as the host keeps it. Texts are empty where they are not known. */
export interface HistoryEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly command: string;
  /** A CommandOutcome, or `lost`: the host wrote it for a run that was gone. */
  readonly outcome: string;
  readonly reason: string;
  readonly stage: string;
  readonly release: string;
  readonly previousRelease: string;
  readonly durationMs: number | undefined;
  readonly requests: number | undefined;
  readonly failedRequests: number | undefined;
  readonly downtimeMs: number | undefined;
  readonly rollbackReason: string;
  readonly ref: string;
  readonly commit: string;
  readonly actor: string;
  readonly runUrl: string;
}
