import { once } from 'node:events';
import { createConnection, createServer, type Server as NetServer } from 'node:net';
import { pipeline } from 'node:stream/promises';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { parseHostKeys } from '../../src/ssh/host-key.ts';
import type { MadeKey } from './made-keys.ts';

/** How the server is to behave; it lets in whoever shows `userKey`. */
export interface SshHostOptions {
  readonly hostKey: MadeKey;
  readonly userKey?: MadeKey;
  readonly port?: number;
  /** Whether it forwards connections to its own loopback address, as sshd does unless told not to. */
  readonly isForwarding?: boolean;
  /** How many sessions it opens at once on one connection; all that are asked for if not given. */
  readonly mostSessions?: number;
  /** Performs one command: writes to the channel and ends it. */
  readonly perform?: (command: string, channel: ServerChannel, connection: Connection) => void;
}

/** A real SSH server on the loopback address. */
export interface SshHost {
  readonly port: number;
  /** Authentication methods that clients tried, in order. */
  readonly tries: readonly string[];
  connections(): number;
  /** How many of them are open now. */
  open(): number;
  stop(): Promise<void>;
}

/** Starts an SSH server that performs every exec by the function given. */
export async function startSshHost(options: SshHostOptions): Promise<SshHost> {
  const tries: string[] = [];
  const open = new Set<Connection>();
  let connections = 0;
  const allowed = parseHostKeys(options.userKey?.publicLine ?? '').rules.flatMap(rule =>
    rule.kind === 'key' ? [rule.blob] : [],
  );
  const ssh = new ssh2.Server({ hostKeys: [options.hostKey.privateText] }, connection => {
    connections++;
    open.add(connection);
    connection.on('error', () => undefined).on('close', () => open.delete(connection));
    connection.on('authentication', attempt => {
      tries.push(attempt.method);
      const isKnown = attempt.method === 'publickey' && allowed.includes(attempt.key.data.toString('base64'));
      if (isKnown) attempt.accept();
      else attempt.reject(['publickey']);
    });
    connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
      if (options.isForwarding !== true) return reject();
      const target = createConnection({ host: destIP, port: destPort, allowHalfOpen: true });
      const refuse = () => reject();
      target.once('error', refuse);
      target.on('connect', () => {
        target.off('error', refuse).on('error', () => undefined);
        const channel = accept();
        channel.on('error', () => undefined);
        Promise.allSettled([pipeline(channel, target), pipeline(target, channel)]);
      });
    });
    let sessions = 0;
    connection.on('session', (accept, reject) => {
      if (sessions === options.mostSessions) return reject();
      sessions++;
      accept().on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        channel
          .on('error', () => undefined)
          .on('close', () => {
            sessions--;
          });
        options.perform?.(commandIn(command), channel, connection);
      });
    });
  });
  const server = createServer({ noDelay: true }, socket => ssh.injectSocket(socket));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    tries,
    connections: () => connections,
    open: () => open.size,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const connection of open) connection.end();
      await closed;
    },
  };
}

/** What an exec request has /bin/sh do, read as a login shell would. */
function commandIn(request: string): string {
  const [, encoded] = /printf %s ([A-Za-z0-9+/=]+) \| base64 -d/.exec(request) ?? [];
  if (encoded !== undefined) return Buffer.from(encoded, 'base64').toString();
  return request.replace(/^exec \/bin\/sh -c '(.*)'$/s, '$1').replaceAll("'\\''", "'");
}

/** A port of the loopback address that nobody listens on just now. */
export async function findFreePort(): Promise<number> {
  const server: NetServer = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
