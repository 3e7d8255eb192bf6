import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type LoadOptions, writeOptions } from './options.ts';
import type { LoadResult } from './result.ts';

/** A run of load in a process of its own. */
export interface Load {
  readonly pid: number;
  /** Ends the run, waits for the requests under way, gives the result. May be called again, or after the end. */
  stop(): Promise<LoadResult>;
  /** The result when the run ends by itself (or by `stop`). Rejects if the generator broke down. */
  readonly finished: Promise<LoadResult>;
}

/**
 * Starts load on a server; resolves once requests are being sent.
 * Takes the server's URL and what to make (the rest as in `LoadOptions`' defaults: 64 connections, 500
 * requests a second, every 10th a POST, 60 seconds). Rejects when the generator refuses its arguments.
 */
export async function startLoad(url: string, options: Partial<LoadOptions> = {}): Promise<Load> {
  const program = join(import.meta.dirname, 'generate.ts');
  const child = spawn(process.execPath, [program, ...writeOptions(url, options)], { stdio: 'pipe' });
  child.stdin.on('error', () => {});
  const errors: Buffer[] = [];
  child.stderr.on('data', (bytes: Buffer) => errors.push(bytes));
  const started = Promise.withResolvers<void>();
  let result: LoadResult | undefined;
  createInterface({ input: child.stdout }).on('line', line => {
    const message: { readonly kind: 'started' | 'progress' } | LoadResult = JSON.parse(line);
    if (message.kind === 'result') result = message;
    started.resolve();
  });
  const finished = once(child, 'close').then(() => {
    if (result !== undefined) return result;
    throw new Error(`the load generator gave no result: ${Buffer.concat(errors).toString().trim()}`);
  });
  finished.catch(started.reject);
  await started.promise;
  return {
    pid: child.pid ?? 0,
    stop: () => {
      child.stdin.end('stop\n');
      return finished;
    },
    finished,
  };
}
