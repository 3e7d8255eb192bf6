import { randomBytes } from 'node:crypto';
import type { PlanConfig } from '../../config.ts';
import { isReason } from '../../failure.ts';
import type { Facts } from '../../host/stage.ts';
import type { Jar } from '../../jar/read-jar.ts';
import type { HistoryEntry } from '../../report/history-entry.ts';
import type { Obstacle } from '../../report/plan.ts';
import { readHistory } from '../history.ts';
import type { SessionLink } from '../host-link.ts';
import { look } from '../look.ts';
import { parseReleaseRecord, type ReleaseRecord } from '../release-record.ts';
import type { World } from '../world.ts';
import { type Inspection, readInspection, settingsOf } from './inspect.ts';

/** What one look ahead of a deploy showed. */
export interface Outlook {
  readonly inspection: Inspection;
  readonly livePort: number | undefined;
  readonly liveProof: string;
  /** ISO 8601; empty where it is not known. */
  readonly liveSince: string;
  /** The live release's release.json. */
  readonly record: ReleaseRecord | undefined;
  /** Lines of its launch.conf. */
  readonly launch: readonly string[];
  /** Keys of its environment with a digest of the salt and the value. */
  readonly environment: ReadonlyMap<string, string>;
  readonly salt: string;
  readonly unit: readonly string[];
  readonly nginx: readonly string[];
  readonly obstacles: readonly Obstacle[];
  /** What was found of a tutorial's set-up, in sentences. */
  readonly tutorial: readonly string[];
  readonly drift: readonly string[];
  readonly findings: readonly string[];
  readonly missing: readonly string[];
  readonly holder: string;
  readonly history: readonly HistoryEntry[];
}

/** Looks at all that a deploy would find, in one exec. */
export async function lookAhead(
  link: SessionLink,
  config: PlanConfig,
  jar: Jar | undefined,
  world: World,
): Promise<Outlook> {
  const salt = randomBytes(16).toString('hex');
  const sentMs = world.date().getTime();
  const facts = await look(link, 'plan', {
    java: config.launch.java,
    'class-version': jar?.classVersion ?? 0,
    'health-timeout': config.health.timeoutMs,
    'health-interval': config.health.intervalMs,
    ...(jar && { 'jar-sha256': jar.sha256, 'jar-bytes': jar.bytes }),
    ...settingsOf(config),
    salt,
  });
  const clock = { hostMs: facts.number('host-time'), sentMs, receivedMs: world.date().getTime() };
  const inspection = readInspection(facts);
  return {
    inspection: {
      ...inspection,
      clock,
      mismatch: inspection.mismatch && { ...inspection.mismatch, drift: facts.all('fault') },
    },
    livePort: facts.number('live-port'),
    liveProof: facts.text('live-proof'),
    liveSince: facts.text('live-since') || facts.text('live-created-at'),
    record: parseReleaseRecord(facts.all('live-record').join('\n')),
    launch: facts.all('live-launch'),
    environment: environmentIn(facts),
    salt,
    unit: facts.all('unit'),
    nginx: facts.all('site'),
    obstacles: obstaclesIn(facts),
    tutorial: facts.all('tutorial'),
    drift: facts.all('drift'),
    findings: [...facts.all('finding'), ...(config.switchMode === 'reload' ? inspection.reloadAdvice : [])],
    missing: facts.all('missing'),
    holder: facts.text('holder'),
    history: readHistory(facts.all('history')),
  };
}

const environmentIn = (facts: Facts): ReadonlyMap<string, string> =>
  new Map(
    facts.all('environment').map(line => {
      const [key = '', digest = ''] = line.split(' ');
      return [key, digest] as const;
    }),
  );

function obstaclesIn(facts: Facts): readonly Obstacle[] {
  const messages = facts.all('obstacle-message');
  const remedies = facts.all('obstacle-remedy');
  return facts
    .all('obstacle-reason')
    .flatMap((reason, index) =>
      isReason(reason) ? [{ reason, message: messages[index] ?? '', remedy: remedies[index] ?? '' }] : [],
    );
}
