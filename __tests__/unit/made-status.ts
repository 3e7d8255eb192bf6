import type { HistoryEntry } from '../../src/report/history-entry.ts';
import type { ColorStatus, HostStatus } from '../../src/report/host-status.ts';

const entry: HistoryEntry = {
  at: '2026-11-22T21:45:00Z',
  command: 'deploy',
  outcome: 'deployed',
  reason: '',
  stage: '',
  release: '20261122T214500Z-0a1b2c3d',
  previousRelease: '20261121T101010Z-ffffffff',
  durationMs: 14_860,
  requests: 12_345,
  failedRequests: 0,
  downtimeMs: 0,
  rollbackReason: '',
  ref: 'refs/heads/main',
  commit: 'abc1234'.padEnd(40, '0'),
  actor: 'alice',
  runUrl: 'https://github.com/acme/shop/actions/runs/1007',
};

const live: ColorStatus = {
  color: 'green',
  port: 8082,
  isLive: true,
  release: entry.release,
  adopted: '',
  bad: '',
  ref: entry.ref,
  commit: entry.commit,
  actor: 'alice',
  runUrl: entry.runUrl,
  liveSince: entry.at,
  unit: {
    state: 'active',
    since: '2026-11-22T21:44:50Z',
    pid: 4711,
    restarts: 0,
    residentBytes: 314_572_800,
    isEnabled: true,
  },
  isHealthy: true,
  health: '200',
};

const idle: ColorStatus = {
  ...live,
  color: 'blue',
  port: 8081,
  isLive: false,
  release: '20261121T101010Z-ffffffff',
  bad: 'rolled back: prices were wrong',
  actor: 'bob',
  commit: '99f1234'.padEnd(40, '0'),
  liveSince: '',
  unit: { ...live.unit, state: 'inactive', pid: undefined, residentBytes: undefined, isEnabled: false },
  isHealthy: undefined,
  health: '',
};

/** A host that is well, with a history of every kind of end. */
export const madeStatus: HostStatus = {
  how: 'by tag:Role=web',
  colors: [live, idle],
  frontDoor: { proof: 'proven', seen: 'answered by process 4711 on port 8082' },
  switching: undefined,
  holder: undefined,
  nginx: { state: 'active', version: '1.22.1' },
  disk: { freeBytes: 21_474_836_480, totalBytes: 53_687_091_200 },
  memory: { freeBytes: 1_073_741_824, totalBytes: 4_294_967_296 },
  drift: [],
  findings: [],
  missing: [],
  history: [
    entry,
    {
      ...entry,
      outcome: 'failed',
      reason: 'unhealthy',
      requests: undefined,
      failedRequests: undefined,
      actor: 'bob',
    },
    {
      ...entry,
      command: 'rollback',
      outcome: 'rolled-back',
      rollbackReason: 'prices were wrong',
      durationMs: 2100,
    },
    {
      ...entry,
      outcome: 'lost',
      durationMs: undefined,
      requests: undefined,
      runUrl: '',
      commit: '',
      actor: '',
    },
  ],
};
