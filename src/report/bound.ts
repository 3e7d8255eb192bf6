import { boundPlan } from './bound-plan.ts';
import type { HostReport } from './host-report.ts';

/** The runner takes 1 MiB of outputs and 1 MiB of summary; Markdown spells a character of a text with up to five. */
const mostBytes = 200_000;
const mostPlanBytes = 120_000;
const longestText = 4000;

/**
 * The reports as they are; where a host told more than the runner takes, lists are cut to their ends and texts to their
 * beginnings.
 */
export function bound(all: readonly HostReport[]): readonly HostReport[] {
  const planBytes = Math.max(30_000, mostPlanBytes / all.length);
  const reports = all.map(report => ({ ...report, plan: report.plan && boundPlan(report.plan, planBytes) }));
  for (const lines of [Number.POSITIVE_INFINITY, 50, 20, 5, 1]) {
    const text = JSON.stringify(reports, (_key, value: unknown) => shorten(value, lines));
    if (Buffer.byteLength(text) <= mostBytes) return JSON.parse(text);
  }
  return reports.map(report => ({
    ...report,
    plan: undefined,
    findings: [],
    reloadAdvice: [],
    failure: withoutEvidence(report),
  }));
}

function shorten(value: unknown, lines: number): unknown {
  if (typeof value === 'string') return value.slice(0, longestText).toWellFormed();
  const isList = Array.isArray(value) && value.every(one => typeof one === 'string');
  return isList ? value.slice(-lines) : value;
}

const withoutEvidence = ({ failure }: HostReport): HostReport['failure'] =>
  failure && { ...failure, evidence: [], cause: [] };
