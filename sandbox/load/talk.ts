import { openWebSocket } from './handshake.ts';
import { PAUSE_AFTER_FAILURE_MS, pause } from './pause.ts';
import type { Tally } from './tally.ts';
import type { WebSocketClient } from './web-socket.ts';

const MESSAGE_EVERY_MS = 500;

/** Keeps one WebSocket open until the signal, sends a text every 500 ms, and opens it again at once after a cut. */
export async function keepTalking(
  url: URL,
  timeoutMs: number,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const handshake = await openWebSocket(url, timeoutMs);
    tally.countHandshake(handshake);
    if (handshake.kind === 'open') await talk(handshake.webSocket, timeoutMs, tally, signal);
    else await pause(PAUSE_AFTER_FAILURE_MS, signal);
  }
}

async function talk(
  webSocket: WebSocketClient,
  timeoutMs: number,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  for (let turn = 1; !signal.aborted; turn++) {
    const echo = await webSocket.echo(`message ${turn} of ${performance.now()}`, timeoutMs);
    tally.countEcho(echo);
    if (echo.kind !== 'echoed') return;
    const end = await Promise.race([webSocket.ended, pause(MESSAGE_EVERY_MS, signal)]);
    if (end === undefined) continue;
    tally.countEcho(end);
    return;
  }
  await webSocket.close();
}
