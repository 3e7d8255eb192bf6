/** Below this one channel has everything under way at once, or nearly. */
const worthSharing = 4 * 1024 * 1024;

/**
 * How many channels a payload is sent over: each carries at most 2 MB a round trip, OpenSSH's window. A third one makes
 * no difference that can be measured (docs/benchmarks.md).
 */
export const channelsFor = (bytes: number, roundTripMs: number): number =>
  roundTripMs < 50 || bytes < worthSharing ? 1 : 2;
