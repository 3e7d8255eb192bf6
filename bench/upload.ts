import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { buildJar } from '../sandbox/app/build.ts';
import { openDistance } from '../sandbox/distance.ts';
import type { SandboxHost } from '../sandbox/host.ts';
import { deploy } from './action.ts';
import { withHost } from './host.ts';
import type { Section } from './report.ts';
import { median, percent } from './statistics.ts';

const ROUND_TRIPS = [0, 60, 180, 300];
const MEGABYTES = 60;
const BYTES_PER_SECOND = 12_500_000;
/** The bound, as a share of what plain TCP does over the same way; for round trips up to this. */
const BOUND = 0.9;
const BOUND_UP_TO_MS = 180;

/** One transfer, and plain TCP's of as many bytes; in seconds. */
interface Sent {
  readonly rttMs: number;
  readonly bytes: number;
  readonly took: number;
  readonly channels: number;
  readonly floor: number;
}

/** The rate at which the action sends a whole jar, against plain TCP on the same way. */
export async function measureUpload(rounds: number): Promise<Section> {
  const sent = await withHost({}, async host => {
    const all: Sent[] = [];
    for (let round = 0; round < rounds; round++)
      for (const rttMs of ROUND_TRIPS) {
        // Each is another jar, of which the host has nothing.
        all.push(await sendJar(host, `upload-${round}-${rttMs}`, rttMs));
        console.error(JSON.stringify(all.at(-1)));
      }
    return all;
  });
  const lines = ROUND_TRIPS.map(rttMs => {
    const own = sent.filter(one => one.rttMs === rttMs);
    const middle = (of: (one: Sent) => number) => median(own.map(of));
    const ratio = middle(({ floor, took }) => floor / took);
    return { rttMs, ratio, middle };
  });
  return {
    title: 'Upload',
    method: `A jar of ${MEGABYTES} MB, of which the host has nothing, is sent over a way that holds each byte back and lets ${BYTES_PER_SECOND / 1e6} MB/s through, ${rounds} times at each distance. The floor is plain TCP over the same way: as many bytes, and an answer of one byte. The time is that of the transfer alone: from its first byte to the host's word that the last is there.`,
    columns: ['Round trip', 'Plain TCP', 'The action', 'Channels', 'Share of the rate of plain TCP'],
    rows: lines.map(({ rttMs, ratio, middle }) => [
      `${rttMs} ms`,
      `${middle(one => one.floor).toFixed(2)} s`,
      `${middle(one => one.took).toFixed(2)} s`,
      middle(one => one.channels),
      percent(ratio),
    ]),
    meaning: `The numbers are medians. One channel of OpenSSH has at most 2 MiB under way, which at 180 ms is 11.6 MB/s, so that two carry it there. The bound is ${percent(BOUND)} of the floor's rate up to ${BOUND_UP_TO_MS} ms.`,
    missed: lines.flatMap(({ rttMs, ratio }) =>
      rttMs > BOUND_UP_TO_MS || ratio >= BOUND
        ? []
        : [`${percent(ratio)} of the floor's rate at ${rttMs} ms`],
    ),
  };
}

async function sendJar(host: SandboxHost, version: string, rttMs: number): Promise<Sent> {
  const jar = await buildJar({ version, megabytes: MEGABYTES });
  // Without these lists a host is sent all of a jar, whatever it has of it.
  await host.sh('rm -f /opt/shop/releases/*/pieces');
  const way = { delayMs: rttMs / 2, bytesPerSecond: BYTES_PER_SECOND };
  const distance = await openDistance({ ...way, address: host.address, port: 22 });
  try {
    const { result } = await deploy(host, jar, {
      host: '127.0.0.1',
      'ssh-port': String(distance.port),
      'ssh-host-key': host.knownHosts.replaceAll(/^\S+ /gm, ''),
      'drain-timeout': '1s',
    });
    if (result.transfer === undefined) throw new Error('nothing was sent');
    const { bytes, ms, channels } = result.transfer;
    if (bytes < MEGABYTES * 0.9e6) throw new Error(`only ${bytes} bytes were sent`);
    return { rttMs, bytes, took: ms / 1000, channels, floor: await sendPlainly(bytes, way) };
  } finally {
    await distance.close();
  }
}

/** How long so many bytes take over plain TCP, with the answer, in seconds. */
async function sendPlainly(
  bytes: number,
  way: { readonly delayMs: number; readonly bytesPerSecond: number },
): Promise<number> {
  const server = createServer(socket => {
    let left = bytes;
    socket.on('data', chunk => {
      left -= chunk.length;
      if (left === 0) socket.end('.');
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const distance = await openDistance({ ...way, address: '127.0.0.1', port: address.port });
  const socket = connect({ host: '127.0.0.1', port: distance.port, noDelay: true });
  try {
    await once(socket, 'connect');
    const beganAt = performance.now();
    const answered = once(socket, 'data');
    const chunk = Buffer.alloc(256 * 1024);
    for (let left = bytes; left > 0; left -= chunk.length)
      if (!socket.write(chunk.subarray(0, left))) await once(socket, 'drain');
    await answered;
    return (performance.now() - beganAt) / 1000;
  } finally {
    socket.destroy();
    await distance.close();
    server.close();
  }
}
