import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Client, ClientChannel } from 'ssh2';

/** A port of this machine's loopback address that leads to one of the host's. */
export interface Tunnel {
  readonly port: number;
  /** Why the host refused the last connection that it refused; undefined when it refused none. */
  whyRefused(): string | undefined;
  /** Whether the SSH connection that it goes through has broken. */
  isBroken(): boolean;
  /** Closes the port and every connection through it. */
  close(): Promise<void>;
}

/**
 * Opens a free port here, each connection to which becomes a channel to `hostPort` of the host's loopback
 * address. A connection that the host refuses is closed; the others and the session go on.
 */
export async function openTunnel(client: Client, hostPort: number): Promise<Tunnel> {
  const sockets = new Set<Socket>();
  let refused: string | undefined;
  let isBroken = false;
  client.once('close', () => {
    isBroken = true;
  });
  const server = createServer({ allowHalfOpen: true, noDelay: true }, async socket => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    try {
      const channel = await openChannel(client, socket.remotePort ?? 0, hostPort);
      channel.on('error', () => undefined);
      await Promise.allSettled([pipeline(socket, channel), pipeline(channel, socket)]);
    } catch (error) {
      refused = error instanceof Error ? error.message : String(error);
    } finally {
      socket.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    whyRefused: () => refused,
    isBroken: () => isBroken,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function openChannel(client: Client, fromPort: number, hostPort: number): Promise<ClientChannel> {
  const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>();
  const onClose = () => reject(new Error('the SSH connection was closed'));
  client.forwardOut('127.0.0.1', fromPort, '127.0.0.1', hostPort, (error, channel) => {
    client.removeListener('close', onClose);
    if (error === undefined) resolve(channel);
    else reject(error);
  });
  client.once('close', onClose);
  return promise;
}
