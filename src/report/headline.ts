import type { HostReport } from './host-report.ts';
import { describeOrigin } from './origin.ts';
import type { Voice } from './voice.ts';

/** The first line of everything that is told of a host: outcome and traffic, so that no other has to be read. */
export function headline(app: string, report: HostReport, voice: Voice): string {
  return `${iconOf(report)} ${voice.text(app)} ${sentence(report, voice)}`;
}

/** A sign for the outcome; ⚠️ for a release that is live although requests failed. */
export function iconOf({ outcome, failure, traffic }: HostReport): string {
  if (failure !== undefined) return '❌';
  if (outcome === 'planned') return '📋';
  return (traffic?.failed ?? 0) > 0 ? '⚠️' : '✅';
}

function sentence(report: HostReport, voice: Voice): string {
  const { failure, outcome } = report;
  if (failure !== undefined) {
    const traffic = failure.traffic === '' ? '' : `: ${voice.text(failure.traffic)}`;
    return `${whatFailed(report, voice)}${traffic}`;
  }
  switch (outcome) {
    case 'deployed':
    case 'rolled-back': {
      const verb = outcome === 'deployed' ? 'deployed' : 'rolled back';
      return `${verb}: ${whatIsLive(report, 'is live', voice)}${whatClientsSaw(report)}`;
    }
    case 'set-up':
      return `set up: ${whatIsLive(report, 'is live', voice)}`;
    case 'unchanged':
      if (report.command === 'status') return `is well: ${whatIsLive(report, 'is live', voice)}`;
      return report.command === 'setup'
        ? `was set up already, and nothing was changed: ${whatIsLive(report, 'is live', voice)}`
        : `unchanged: ${whatIsLive(report, 'stays live', voice)}; same jar and same settings, so nothing was done`;
    case 'planned':
      return `planned, nothing was changed: ${whatIsLive(report, 'is live', voice)}`;
    case 'reverted':
    case 'refused':
    case 'failed':
      return `ended as ${outcome}`;
  }
}

function whatFailed({ command, outcome, host }: HostReport, voice: Voice): string {
  const at = (word: string): string => (host === '' ? '' : ` ${word} ${voice.name(host)}`);
  if (outcome === 'reverted') return `was taken back${at('on')}`;
  switch (command) {
    case 'deploy':
      return `not deployed${at('to')}`;
    case 'rollback':
      return `not rolled back${at('on')}`;
    case 'plan':
      return `could not be planned${at('on')}`;
    case 'status':
      return `is not well${at('on')}`;
    case 'setup':
      return `not set up${at('on')}`;
  }
}

function whatIsLive(report: HostReport, verb: string, voice: Voice): string {
  const { release, host, liveColor, livePort } = report;
  const where = host === '' ? '' : ` on ${voice.name(host)}`;
  if (release === undefined) {
    const other =
      liveColor === undefined ? '' : `: what was there before serves (${liveColor}, port ${livePort})`;
    return `no release is live${where} yet${other}`;
  }
  const origin = describeOrigin(report.origin, voice);
  return `release ${voice.name(release)}${origin === '' ? '' : ` (${origin})`} ${verb}${where} (${liveColor}, port ${livePort})`;
}

function whatClientsSaw({ traffic, tcpResets, reloads }: HostReport): string {
  if (traffic === undefined) return '';
  const resets = reloads > 0 && tcpResets ? `, and at most ${inThousands(tcpResets)} more were reset` : '';
  return traffic.requests === 0
    ? `; no request came during the switch${resets}`
    : `; ${inThousands(traffic.requests)} requests, ${inThousands(traffic.failed)} failed${resets}`;
}

const inThousands = (count: number): string => count.toLocaleString('en-US');
