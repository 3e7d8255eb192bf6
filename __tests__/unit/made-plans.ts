import type { JarDiff } from '../../src/jar/jar-diff.ts';
import { emptyReport, type HostReport } from '../../src/report/host-report.ts';
import type { Plan } from '../../src/report/plan.ts';

export const madeDiff: JarDiff = {
  libraries: [
    { kind: 'upgraded', artifact: 'spring-core', from: '6.1.14', to: '6.2.1' },
    { kind: 'upgraded', artifact: 'spring-boot', from: '3.3.5', to: '3.4.0' },
    { kind: 'added', artifact: 'flyway-core', version: '10.10.0' },
    { kind: 'removed', artifact: 'LatencyUtils', version: '2.0.3' },
    { kind: 'downgraded', artifact: 'jackson-databind', from: '2.17.2', to: '2.16.1' },
    { kind: 'changed', artifact: 'shop-core', from: '1.4-SNAPSHOT', to: '1.4-SNAPSHOT' },
  ],
  sameLibraries: 37,
  classes: {
    kind: 'classes',
    counts: { added: 12, removed: 1, changed: 34 },
    packages: [
      { name: 'com.acme.shop.cart', added: 0, removed: 0, changed: 30 },
      { name: 'com.acme.shop.checkout', added: 12, removed: 1, changed: 4 },
    ],
  },
  migrations: { added: ['db/migration/V7__orders.sql'], removed: [], changed: [] },
  settings: { added: [], removed: [], changed: ['application-prod.yml'] },
  springBoot: { before: '3.3.5', after: '3.4.0' },
  java: { before: 17, after: 21 },
  buildJdk: { before: '17', after: '21' },
  bytes: { before: 60_900_000, after: 61_200_000 },
};

/** A plan that has something of everything. */
export const madePlan: Plan = {
  how: 'by tag:Role=web',
  repositoryUrl: 'https://github.com/acme/shop',
  live: {
    release: '20261121T101010Z-ffffffff',
    adopted: '',
    color: 'blue',
    port: 8081,
    repository: 'acme/shop',
    ref: 'refs/heads/main',
    commit: 'c0ffee'.padEnd(40, '0'),
    actor: 'alice',
    at: '2026-11-21T10:10:10Z',
    runUrl: 'https://github.com/acme/shop/actions/runs/1007',
    proof: 'proven',
  },
  next: {
    jar: { sha256: '0a1b2c3d'.padEnd(64, '0'), bytes: 61_200_000, version: '1.5.0' },
    color: 'green',
    port: 8082,
    ref: 'refs/pull/7/merge',
    commit: 'beef'.padEnd(40, '0'),
    uploadBytes: 61_200_000,
    jarAt: '',
  },
  isUnchanged: false,
  jar: madeDiff,
  environment: { added: ['CHECKOUT_URL'], removed: ['OLD_FLAG'], changed: ['SPRING_PROFILES_ACTIVE'] },
  launch: ['@@ -1,3 +1,3 @@', ' java=java', '-opt=-Xmx256m', '+opt=-Xmx384m'],
  unit: [],
  nginx: ['@@ -1,2 +1,3 @@', ' upstream shop-blue {', '     server 127.0.0.1:8081;', '+    keepalive 32;'],
  obstacles: [],
  tutorial: [],
  drift: ['/etc/nginx/bluegreen/shop/live.conf was changed by hand on 2026-11-20.'],
  findings: [
    'Flyway migrates the database when the new release starts, while the live one still works with it: each migration must leave what the live release needs.',
  ],
  missing: [],
  duration: { medianMs: 41_300, deploys: 12 },
  commits: {
    total: 23,
    shown: [
      { commit: 'beef'.padEnd(40, '0'), subject: 'Checkout: the new address form (#41)' },
      { commit: 'abcd'.padEnd(40, '0'), subject: "Fix @bob's rounding of `price` in <cart>" },
    ],
  },
};

export const planned = (plan: Plan): HostReport => ({
  ...emptyReport('plan'),
  outcome: 'planned',
  host: '10.0.0.5',
  release: plan.live?.release,
  liveColor: plan.live?.color,
  livePort: plan.live?.port,
  plan,
});
