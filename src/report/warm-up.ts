import { formatLatency, formatMs } from './format.ts';

/** What the warm-up did; latencies in ms, absent when nothing answered. */
export interface WarmUpResult {
  readonly requests: number;
  /** Answers of 400 and above, or none. */
  readonly failed: number;
  readonly ms: number;
  readonly hasSettled: boolean;
  readonly latency:
    | {
        readonly firstMs: number;
        /** Median of the last tenth of the answers. */
        readonly lastMs: number;
        readonly p99Ms: number;
      }
    | undefined;
}

/** In one line, such as `200 requests in 3.1 s: first 48 ms, last 2.1 ms, p99 30 ms`. */
export function describeWarmUp({ requests, failed, ms, hasSettled, latency }: WarmUpResult): string {
  const parts = [
    ...(latency === undefined
      ? ['none was answered']
      : [
          `first ${formatLatency(latency.firstMs)}`,
          `last ${formatLatency(latency.lastMs)}`,
          `p99 ${formatLatency(latency.p99Ms)}`,
        ]),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(hasSettled ? [] : ['the latency had not settled']),
  ];
  return `${requests.toLocaleString('en-US')} requests in ${formatMs(ms)}: ${parts.join(', ')}`;
}
