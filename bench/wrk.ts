import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** One run of wrk: good answers, in all and a second, and the time within which 99 of 100 came. */
export interface WrkRun {
  readonly requests: number;
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** Sends GETs on 64 kept connections as fast as answers come. Rejects when a request failed. */
export async function runWrk(url: string, seconds: number): Promise<WrkRun> {
  const words = ['--threads', '1', '--connections', '64', '--duration', `${seconds}s`, '--latency', url];
  const { stdout } = await promisify(execFile)('wrk', words);
  return readWrk(stdout);
}

/** Reads what wrk prints. Throws when it tells of failed requests, or tells no numbers. */
export function readWrk(text: string): WrkRun {
  const failed = /Socket errors:.*|Non-2xx or 3xx responses:.*/.exec(text)?.[0];
  if (failed !== undefined) throw new Error(`wrk: ${failed}`);
  const requests = Number(/^\s+(\d+) requests in /m.exec(text)?.[1]);
  const perSecond = Number(/^Requests\/sec:\s+([\d.]+)$/m.exec(text)?.[1]);
  const [, value, unit = ''] = /^\s+99%\s+([\d.]+)(us|ms|s)$/m.exec(text) ?? [];
  const scale = new Map([
    ['us', 0.001],
    ['ms', 1],
    ['s', 1000],
  ]).get(unit);
  if (!(requests > 0) || !(perSecond > 0) || scale === undefined)
    throw new Error(`wrk told no numbers:\n${text}`);
  return { requests, perSecond, p99Ms: Number(value) * scale };
}
