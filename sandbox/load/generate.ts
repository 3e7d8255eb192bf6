import { createInterface } from 'node:readline';
import { readOptions } from './options.ts';
import { Tally } from './tally.ts';
import { runWorkers } from './workers.ts';

/**
 * Runs load until its time is over or stdin says `stop` (or ends), then prints one JSON line with the result.
 * Before it come `{"kind":"started"}` and, if asked for, a `progress` line each second.
 */
async function main(): Promise<void> {
  const { url, options } = readOptions(process.argv.slice(2));
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), options.seconds * 1000);
  const commands = createInterface({ input: process.stdin });
  commands.on('line', line => {
    if (line.trim() === 'stop') ending.abort();
  });
  commands.on('close', () => ending.abort());
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ending.abort());

  const tally = new Tally(options.firstSeconds);
  ending.signal.addEventListener('abort', () => tally.end(), { once: true });
  const progress = setInterval(() => {
    if (options.progress) print({ ...tally.summarize(), kind: 'progress' });
  }, 1000);
  print({ kind: 'started' });
  await runWorkers(url, options, tally, ending.signal);
  clearTimeout(timer);
  clearInterval(progress);
  commands.close();
  process.stdin.destroy();
  print(tally.summarize());
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
