import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** An HTTP proxy on the loopback address that leads every request to servers of ours, whatever it is for. */
export interface HttpProxy {
  readonly port: number;
  /** What was asked for: `CONNECT host:port`, or a method and a whole URL. */
  readonly asked: readonly string[];
}

/** Where the proxy leads to, and who may use it. */
export interface ProxyOptions {
  /** Port of the server that tunnels lead to, and plain requests. */
  readonly to: number;
  /** As `user:password`; nobody else may use it then. */
  readonly only?: string;
  /** Refuses every tunnel, as a proxy does for a host that is not allowed. */
  readonly forbids?: boolean;
}

/** Starts a proxy for one test. */
export async function startProxy(t: TestContext, { to, only, forbids }: ProxyOptions): Promise<HttpProxy> {
  const asked: string[] = [];
  const open = new Set<Socket>();
  const login = only && `Basic ${Buffer.from(only).toString('base64')}`;
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { method, headers } = request;
    const onward = send({ port: to, host: '127.0.0.1', method, headers, path: '/' }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  proxy.on('connect', (request, client: Socket) => {
    asked.push(`CONNECT ${request.url}`);
    if (login !== undefined && request.headers['proxy-authorization'] !== login)
      return client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    if (forbids === true) return client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const server = connect(to, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const socket of [client, server]) open.add(socket.on('error', () => undefined));
    return client.pipe(server).pipe(client);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.after(() => {
    for (const socket of open) socket.destroy();
    proxy.closeAllConnections();
    proxy.close();
  });
  return { port: Object(proxy.address()).port, asked };
}
