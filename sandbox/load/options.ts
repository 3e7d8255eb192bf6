import { parseArgs } from 'node:util';

/** What load to make. */
export interface LoadOptions {
  /** What `gets` and `fresh` ask for; the answer must hold `version=…`. */
  readonly path: string;
  /** Kept connections, each with one request at a time. */
  readonly connections: number;
  /** Requests per second over all kept connections together. */
  readonly rate: number | 'max';
  /** Every n-th request of a kept connection is a POST; 0 = none. */
  readonly postEvery: number;
  readonly postBytes: number;
  /** Clients that ask for `/slow` again and again, and the time each answer takes. */
  readonly slow: number;
  readonly slowMs: number;
  /** New connections per second, with one GET each. */
  readonly newPerSecond: number;
  /** Clients that send a large body as fast as it goes, again and again with a pause. */
  readonly uploads: number;
  readonly uploadPauseMs: number;
  /** Clients that send the same body slowly, again and again. */
  readonly throttledUploads: number;
  readonly uploadBytesPerSecond: number;
  readonly uploadBytes: number;
  /** Clients that keep a WebSocket at `/ws` open and send a text every 500 ms, which must come back. */
  readonly webSockets: number;
  /** Longest wait for an answer, beyond the time it is meant to take. */
  readonly timeoutMs: number;
  /** When the run ends at the latest, 900 at most; requests under way are then still waited for. */
  readonly seconds: number;
  /** How long after its first answer a version is told apart in `versions[…].first`. */
  readonly firstSeconds: number;
  /** Whether to print a line with the counts so far each second. */
  readonly progress: boolean;
}

const DEFAULTS: LoadOptions = {
  path: '/',
  connections: 64,
  rate: 500,
  postEvery: 10,
  postBytes: 4096,
  slow: 0,
  slowMs: 5000,
  newPerSecond: 0,
  uploads: 0,
  uploadPauseMs: 250,
  throttledUploads: 0,
  uploadBytesPerSecond: 250_000,
  uploadBytes: 1_000_000,
  webSockets: 0,
  timeoutMs: 10_000,
  seconds: 60,
  firstSeconds: 5,
  progress: false,
};

const FLAGS = {
  path: { type: 'string' },
  connections: { type: 'string' },
  rate: { type: 'string' },
  'post-every': { type: 'string' },
  'post-bytes': { type: 'string' },
  slow: { type: 'string' },
  'slow-ms': { type: 'string' },
  'new-per-second': { type: 'string' },
  uploads: { type: 'string' },
  'upload-pause-ms': { type: 'string' },
  'throttled-uploads': { type: 'string' },
  'upload-bytes-per-second': { type: 'string' },
  'upload-bytes': { type: 'string' },
  'web-sockets': { type: 'string' },
  'timeout-ms': { type: 'string' },
  seconds: { type: 'string' },
  'first-seconds': { type: 'string' },
  progress: { type: 'boolean' },
} as const;

/** Reads `URL --connections 64 --rate 500|max …`. Throws on what it doesn't know or can't read. */
export function readOptions(args: readonly string[]): { readonly url: URL; readonly options: LoadOptions } {
  const { values, positionals } = parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
  const [address, ...more] = positionals;
  if (address === undefined || more.length > 0) throw new Error('one URL is needed');
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(`not an http URL: ${address}`);
  const options: LoadOptions = {
    path: values.path ?? DEFAULTS.path,
    connections: number(values.connections, DEFAULTS.connections),
    rate: values.rate === 'max' ? 'max' : number(values.rate, DEFAULTS.rate === 'max' ? 0 : DEFAULTS.rate),
    postEvery: number(values['post-every'], DEFAULTS.postEvery),
    postBytes: number(values['post-bytes'], DEFAULTS.postBytes),
    slow: number(values.slow, DEFAULTS.slow),
    slowMs: number(values['slow-ms'], DEFAULTS.slowMs),
    newPerSecond: number(values['new-per-second'], DEFAULTS.newPerSecond),
    uploads: number(values.uploads, DEFAULTS.uploads),
    uploadPauseMs: number(values['upload-pause-ms'], DEFAULTS.uploadPauseMs),
    throttledUploads: number(values['throttled-uploads'], DEFAULTS.throttledUploads),
    uploadBytesPerSecond: number(values['upload-bytes-per-second'], DEFAULTS.uploadBytesPerSecond),
    uploadBytes: number(values['upload-bytes'], DEFAULTS.uploadBytes),
    webSockets: number(values['web-sockets'], DEFAULTS.webSockets),
    timeoutMs: number(values['timeout-ms'], DEFAULTS.timeoutMs),
    seconds: number(values.seconds, DEFAULTS.seconds),
    firstSeconds: number(values['first-seconds'], DEFAULTS.firstSeconds),
    progress: values.progress ?? DEFAULTS.progress,
  };
  if (options.seconds > 900) throw new Error('--seconds is 900 at most');
  if (!/^\/[!-~]*$/.test(options.path)) throw new Error(`not a path: ${options.path}`);
  if (options.rate === 0) throw new Error('--rate must be more than 0');
  return { url, options };
}

/** Writes options as the arguments that `readOptions` reads; those left out get its defaults. */
export function writeOptions(url: string, options: Partial<LoadOptions>): readonly string[] {
  const flags = Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
    if (typeof value === 'boolean') return value ? [flag] : [];
    return value === undefined ? [] : [`${flag}=${value}`];
  });
  return [url, ...flags];
}

function number(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`not a number: ${text}`);
  return Number(text);
}
