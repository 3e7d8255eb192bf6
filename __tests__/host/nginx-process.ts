import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { nginxPath } from './host-shell.ts';

/** Runs nginx on the folder's nginx.conf until the test's end; ready when the port takes connections. */
export async function runNginx(t: TestContext, folder: string, port: number): Promise<void> {
  const words = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'];
  const child = spawn('nginx', words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: nginxPath },
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    complaint += text;
  });
  const ended = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${complaint}`);
    if (await answers(port)) return;
    await sleep(50);
  }
  throw new Error(`nginx does not listen: ${complaint}`);
}

/** Whether something takes a connection at the port. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A port that nobody listens to. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

export interface Asked {
  readonly port: number;
  readonly path: string;
  /** The client's own address; nginx sees 127.0.0.1 as itself. */
  readonly from: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly method?: string;
}

/** One request on a connection of its own: its status and body. */
export async function ask({ port, path, from, headers = {}, method = 'GET' }: Asked): Promise<string> {
  const sent = request({ host: '127.0.0.1', localAddress: from, port, path, method, headers, agent: false });
  sent.end();
  const [answer] = await once(sent, 'response');
  let body = '';
  for await (const part of answer.setEncoding('utf8')) body += part;
  return `${answer.statusCode} ${body}`;
}
