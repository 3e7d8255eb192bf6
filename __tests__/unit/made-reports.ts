import { emptyReport, type HostReport } from '../../src/report/host-report.ts';

/** The report of a deploy that went well. */
export const deployed: HostReport = {
  ...emptyReport('deploy'),
  outcome: 'deployed',
  host: 'shop.example.com',
  instanceId: 'i-0123456789abcdef0',
  release: '20261122T214500Z-0a1b2c3d',
  previousRelease: '20261121T101010Z-ffffffff',
  liveColor: 'green',
  livePort: 8082,
  url: 'https://shop.example.com',
  changed: true,
  uploadedBytes: 20_971_520,
  healthyAfterMs: 4200,
  drain: { ms: 1100, open: 0, cut: 0, cutWebSockets: 0 },
  traffic: {
    requests: 12_345,
    failed: 0,
    closedByClient: 2,
    longestGapMs: 48,
    downtimeMs: 0,
    byOld: { requests: 345, failed: 0, closedByClient: 2 },
    byNew: { requests: 12_000, failed: 0, closedByClient: 0 },
    own: { requests: 3, failed: 0 },
  },
  findings: ['location / does not set Host'],
  stages: [
    { stage: 'resolve', startMs: 0, ms: 300 },
    { stage: 'connect', startMs: 300, ms: 0 },
    { stage: 'switch', startMs: 310, ms: 1500 },
  ],
  durationMs: 12_300,
};

/** The report of a deploy whose app did not become healthy. */
export const unhealthy: HostReport = {
  ...emptyReport('deploy'),
  outcome: 'failed',
  host: 'shop.example.com',
  release: '20261121T101010Z-ffffffff',
  liveColor: 'blue',
  livePort: 8081,
  durationMs: 120_000,
  failure: {
    stage: 'start',
    reason: 'unhealthy',
    message: 'It was not healthy within 2 minutes.',
    traffic: 'Traffic goes to blue.',
    remedy: 'Look at the log.',
    evidence: [
      { title: 'last log lines', lines: ['one', 'two'] },
      { title: 'last probe', lines: ['status 503'] },
    ],
  },
};

/** The same failure with other text. */
export const failingWith = (text: Partial<NonNullable<HostReport['failure']>>): HostReport => ({
  ...unhealthy,
  ...(unhealthy.failure && { failure: { ...unhealthy.failure, ...text } }),
});
