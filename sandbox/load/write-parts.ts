import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The bytes of one request; each part after the first is due `paceMs` after the one before, 0 = at once. */
export interface RequestBytes {
  readonly parts: readonly Buffer[];
  readonly paceMs: number;
}

/**
 * Writes the parts of a request, no faster than the socket takes them, for as long as they are wanted.
 * Calls back once the last one is written. What came late is caught up, so a request takes the time it is meant to.
 */
export async function writeParts(
  socket: Socket,
  { parts, paceMs }: RequestBytes,
  isWanted: () => boolean,
  onWritten: () => void,
): Promise<void> {
  const began = performance.now();
  for (let index = 0; index < parts.length; index++) {
    const waitMs = began + index * paceMs - performance.now();
    if (paceMs > 0 && waitMs > 0) await sleep(waitMs);
    const part = parts[index];
    if (part === undefined || !isWanted()) return;
    const isTaken = socket.write(part);
    if (index === parts.length - 1) onWritten();
    else if (!isTaken) await whenDrained(socket);
  }
}

function whenDrained(socket: Socket): Promise<void> {
  return new Promise(resolve => {
    const go = () => {
      socket.off('drain', go).off('close', go);
      resolve();
    };
    socket.on('drain', go).on('close', go);
  });
}
