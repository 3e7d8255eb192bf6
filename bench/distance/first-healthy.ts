/**
 * node bench/distance/first-healthy.ts VERSION PORT PORT
 *
 * Runs inside a host's network namespace. Asks both ports for their version every 10 ms, and the first that is of
 * VERSION for its health; prints the moment of the first healthy answer as JSON, and ends. Gives up after 3 minutes.
 */
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [version = '', ...ports] = process.argv.slice(2);
const giveUpAt = Date.now() + 180_000;

/** The body of a good answer; undefined where there is none. */
function ask(port: string, path: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const request = get({ host: '127.0.0.1', port, path, agent: false, timeout: 2000 }, answer => {
    let body = '';
    answer
      .setEncoding('utf8')
      .on('data', (text: string) => {
        body += text;
      })
      .on('end', () => resolve(answer.statusCode === 200 ? body : undefined))
      .on('error', () => resolve(undefined));
  });
  request.on('timeout', () => request.destroy()).on('error', () => resolve(undefined));
  return promise;
}

async function isHealthy(port: string): Promise<boolean> {
  if ((await ask(port, '/version'))?.trim() !== version) return false;
  return (await ask(port, '/actuator/health')) !== undefined;
}

async function main(): Promise<void> {
  while (Date.now() < giveUpAt) {
    for (const port of ports) {
      if (!(await isHealthy(port))) continue;
      console.log(JSON.stringify({ at: Date.now(), port: Number(port) }));
      return;
    }
    await sleep(10);
  }
  process.exitCode = 1;
}

await main();
