/** Below this one channel has everything under way at once, or nearly. */
const worthSharing = 4 * 1024 * 1024;

/**
 * How many channels a payload is sent over: each carries at most 2 MiB a round trip, OpenSSH's window. At 100 Mbit/s a
 * third one brought nothing, also at 300 ms.
 */
export const channelsFor = (bytes: number, roundTripMs: number): number =>
  roundTripMs < 50 || bytes < worthSharing ? 1 : 2;
