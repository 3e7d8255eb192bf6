import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a process ended: Node tells either a code or a signal. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The sample app in a process of this machine. */
export interface RunningApp {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** What it printed so far. */
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
}

/** Starts the app with more variables and arguments, on a free port unless they name one; doesn't wait for it. */
export async function runApp(
  jar: string,
  environment: Readonly<Record<string, string>> = {},
  jvm: readonly string[] = [],
): Promise<RunningApp> {
  const port = Number(environment.SERVER_PORT ?? (await findFreePort()));
  const child = spawn('java', ['-Xmx128m', ...jvm, '-jar', jar, '--some=arg'], {
    env: { PATH: process.env.PATH, SERVER_PORT: String(port), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', bytes => {
    out += bytes;
  });
  child.stderr.on('data', bytes => {
    err += bytes;
  });
  const ended = once(child, 'close').then((): Ended => ({ code: child.exitCode, signal: child.signalCode }));
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    ended,
    stdout: () => out,
    stderr: () => err,
    kill: signal => child.kill(signal),
  };
}

/** Waits until the app answers on its port, whatever it answers. */
export async function waitUntilUp(app: RunningApp): Promise<void> {
  for (const deadline = performance.now() + 20_000; performance.now() < deadline; await sleep(30)) {
    const isUp = await fetch(`${app.url}/version`).then(
      response => response.ok,
      () => false,
    );
    if (isUp) return;
  }
  throw new Error(`the app did not start: ${app.stdout()} ${app.stderr()}`);
}

/** Finds a port of the loopback address that nobody listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
