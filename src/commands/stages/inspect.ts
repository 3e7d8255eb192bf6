import { readHeap } from '../../config/heap.ts';
import type { NewReleaseConfig } from '../../config/new-release.ts';
import type { DeployConfig } from '../../config.ts';
import { Failure } from '../../failure.ts';
import type { Facts, HostParameters } from '../../host/stage.ts';
import { type HeldJar, readHeldJars } from '../../jar/pieces-list.ts';
import { formatBytes } from '../../report/format.ts';
import type { Color } from '../../report/host-report.ts';
import type { FirstStage } from '../first-call.ts';
import type { Origin } from '../provenance.ts';
import { releaseFiles, sha256 } from '../release.ts';
import type { ClockReading } from './clock.ts';
import type { HostDeploy } from './context.ts';
import { noticedIn } from './noticed.ts';

/** What is live, and what a person should know of it. */
export interface LiveState {
  readonly liveColor: Color | undefined;
  readonly liveRelease: string | undefined;
  /** A jar that setup found there and that serves until the first deploy, in words; empty when a release does, or nothing. */
  readonly adopted: string;
  /** The run that the live release came with; undefined when nothing is live. */
  readonly liveOrigin: Origin | undefined;
  /** What a person should know, in sentences. */
  readonly noticed: readonly string[];
  /** What makes a reload of this host's nginx lose requests, in sentences. */
  readonly reloadAdvice: readonly string[];
  /** Why the front door cannot be trusted, with all that differs, and what to do if that is known; undefined when it can. */
  readonly mismatch: { readonly drift: readonly string[]; readonly remedy: string } | undefined;
}

/** What one look at the host showed. */
export interface Inspection extends LiveState {
  /** The color that the new release takes. */
  readonly idleColor: Color;
  /** A release on the host that has this very jar; empty when there is none. */
  readonly jarAt: string;
  /** What the jars there are made of, if none is this very jar. */
  readonly held: readonly HeldJar[];
  /** Whether the live release is this jar with these settings, proven at the front door; not asked with `force`. */
  readonly isUnchanged: boolean;
  /** The host's clock, and this machine's before and after it was asked. */
  readonly clock: ClockReading;
}

/** The look at everything that matters; it is called together with the lock. */
export const inspectStage = ({ config, jar }: HostDeploy): FirstStage => ({
  stage: 'inspect',
  parameters: {
    java: config.launch.java,
    'class-version': jar.classVersion ?? 0,
    'health-timeout': config.health.timeoutMs,
    'health-interval': config.health.intervalMs,
    'jar-sha256': jar.sha256,
    'jar-bytes': jar.bytes,
    ...settingsOf(config),
  },
});

/** What that look showed. */
export async function inspect(deploy: HostDeploy): Promise<Inspection> {
  const { world, connection } = deploy;
  const sentAt = world.date();
  const facts = await connection.run('inspect', inspectStage(deploy).parameters);
  const clock = {
    hostMs: facts.number('host-time'),
    sentMs: sentAt.getTime(),
    receivedMs: world.date().getTime(),
  };
  const found = { ...readInspection(facts), clock };
  world.log.foreign(
    found.liveColor === undefined
      ? 'no release is live yet'
      : `live: ${found.liveRelease ?? found.adopted} (${found.liveColor}), ${facts.text('live-proof')} at the front door`,
  );
  const size = (key: string): string => {
    const bytes = facts.number(key);
    return bytes === undefined ? 'an unknown size' : formatBytes(bytes);
  };
  world.log.foreign(
    `nginx ${facts.text('nginx')}, Java ${facts.text('java')}, disk ${size('disk-free')} free, memory ${size('memory-available')} available`,
  );
  return found;
}

/** By which the host knows whether anything is new, and what the new release needs. */
export function settingsOf(config: NewReleaseConfig & Pick<DeployConfig, 'force'>): HostParameters {
  const files = releaseFiles(config.launch);
  const { most, startBytes } = readHeap(config.launch);
  return {
    'env-sha256': sha256(files.environment),
    'launch-sha256': sha256(files.launch),
    ...(most.kind === 'bytes' && { 'heap-max': most.bytes }),
    ...(most.kind === 'share' && { 'heap-share': Math.round(most.percent * 100) }),
    ...(startBytes !== undefined && { 'heap-start': startBytes }),
    ...(config.force && { force: 'yes' }),
  };
}

/** What the facts of a look say. */
export function readInspection(facts: Facts): Omit<Inspection, 'clock'> {
  const live = readLive(facts);
  return {
    ...live,
    idleColor: live.liveColor === 'blue' ? 'green' : 'blue',
    jarAt: nameIn(facts, 'jar-at'),
    held: readHeldJars(facts.all('pieces')),
    isUnchanged: facts.text('unchanged') === 'yes',
  };
}

/** What is live, by what the host told. */
export function readLive(facts: Facts): LiveState {
  const liveColor = colorIn(facts, 'live-color');
  return {
    liveColor,
    liveRelease: nameIn(facts, 'live-release') || undefined,
    adopted: facts.text('live-adopted'),
    liveOrigin: liveColor && originIn(facts, 'live'),
    noticed: noticedIn(facts),
    reloadAdvice: facts.all('reload-advice'),
    mismatch:
      facts.text('live-proof') === 'mismatch'
        ? { drift: facts.all('drift'), remedy: facts.text('remedy') }
        : undefined,
  };
}

/**
 * A release's name as the host tells it; it goes into outputs and commands, so that nothing but letters, digits, `.`
 * and `-` is taken.
 */
export const nameIn = (facts: Facts, key: string): string =>
  facts
    .text(key)
    .replace(/[^A-Za-z0-9.-]/g, '-')
    .slice(0, 64);

/** A color as the host tells it; undefined when it is none. */
export function colorIn(facts: Facts, key: string): Color | undefined {
  const color = facts.text(key);
  return color === 'blue' || color === 'green' ? color : undefined;
}

/** The run that a release came with, by facts whose names begin so. */
export const originIn = (facts: Facts, of: 'live' | 'target'): Origin => ({
  repository: facts.text(`${of}-repository`),
  ref: facts.text(`${of}-ref`),
  commit: facts.text(`${of}-commit`),
  workflow: facts.text(`${of}-workflow`),
  runId: facts.text(`${of}-run-id`),
  runNumber: facts.text(`${of}-run-number`),
  runUrl: facts.text(`${of}-run-url`),
  actor: facts.text(`${of}-actor`),
});

const findOut = 'Find out who changed the host. To deploy over it, run once with force: true.';

/** Refuses to deploy over a front door that somebody else changed; `force` goes on. */
export function requireTrustedFrontDoor(inspection: LiveState, force: boolean): void {
  if (inspection.mismatch === undefined || force) return;
  throw new Failure({
    reason: 'front-door-mismatch',
    message: `The front door is not served by the release that should be live: ${inspection.mismatch.drift.join('; ')}.`,
    traffic: 'Nothing was changed; traffic goes where it went before.',
    remedy: inspection.mismatch.remedy || findOut,
  });
}
