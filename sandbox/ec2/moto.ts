import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EC2Client } from '@aws-sdk/client-ec2';
import type { Ec2 } from './endpoint.ts';
import type { Ec2Host } from './instance.ts';
import { runInstances } from './moto-instances.ts';

const START_MS = 30_000;

/** Whether moto can tell all that these hosts ask for. */
export function canPlayOnMoto(hosts: readonly Ec2Host[]): boolean {
  return hosts.every(
    host =>
      /^10\.99\./.test(host.address) &&
      ['running', 'stopped', 'terminated'].includes(host.state ?? 'running') &&
      host.withoutAddress !== true &&
      host.instanceId === undefined &&
      host.consoleOutput === undefined &&
      host.publicAddress === undefined &&
      host.ipv6Address === undefined &&
      host.vpcId === undefined &&
      host.groups === undefined,
  );
}

/** Finds `moto_server` on PATH. */
export async function findMoto(): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder || '.', 'moto_server');
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return undefined;
}

/** Starts moto with one instance per host. Fails when it isn't up in 30 seconds or tells other addresses. */
export async function startMoto(program: string, hosts: readonly Ec2Host[]): Promise<Ec2> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const stop = async () => {
    process.off('exit', killAtExit);
    await end(child);
  };
  const client = new EC2Client({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  try {
    await waitUntilUp(url, child);
    const instanceIds = await runInstances(client, hosts);
    return { kind: 'moto', url, instanceIds, calls: () => 0, instances: [], groups: [], stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    client.destroy();
  }
}

async function waitUntilUp(url: string, child: ChildProcess): Promise<void> {
  let failure: Error | undefined;
  child.once('error', error => {
    failure = error;
  });
  for (const deadline = performance.now() + START_MS; performance.now() < deadline; await sleep(100)) {
    if (failure !== undefined) throw failure;
    if (child.exitCode !== null) throw new Error(`moto_server ended with ${child.exitCode}`);
    const isUp = await fetch(`${url}/moto-api/data.json`).then(
      response => response.ok,
      () => false,
    );
    if (isUp) return;
  }
  throw new Error(`moto_server did not answer in ${START_MS} ms`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const isLate = await Promise.race([ended.then(() => false), sleep(3000, true, { ref: false })]);
  if (isLate) child.kill('SIGKILL');
  await ended;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
