import type * as core from '@actions/core';
import { annotate } from './annotation.ts';
import { bound } from './bound.ts';
import type { HostReport } from './host-report.ts';
import { harmless, plain, plainLines } from './log.ts';
import { outputsOf } from './outputs.ts';
import { Redaction } from './redaction.ts';
import { summarize } from './summary.ts';

/** Tells the result: outputs, job summary, and for a failure its evidence and an annotation. `hasSummary`: whether the runner takes job summaries. Gives whether all went well. */
export async function publish(
  actions: typeof core,
  app: string,
  reports: readonly HostReport[],
  secrets: readonly string[],
  hasSummary: boolean,
): Promise<boolean> {
  const told = bound(withoutSecrets(reports, new Redaction(secrets)));
  for (const { failure } of told) {
    if (failure === undefined) continue;
    for (const { title, lines } of failure.evidence ?? []) {
      actions.startGroup(title);
      for (const line of lines) actions.info(harmless(line));
      actions.endGroup();
    }
    actions.error(annotate(failure), { title: `${failure.stage} failed: ${failure.reason}` });
  }
  for (const [name, value] of Object.entries(outputsOf(told))) actions.setOutput(name, value);
  if (hasSummary) await actions.summary.addRaw(summarize(app, told)).write();
  return told.every(report => report.failure === undefined);
}

/**
 * The reports with their free text redacted, before anything spells a secret in another way, cuts it in two or takes
 * control characters out of it. A key of digits is a line of a list.
 */
function withoutSecrets(reports: readonly HostReport[], redaction: Redaction): readonly HostReport[] {
  return JSON.parse(JSON.stringify(reports), (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (/^\d+$/.test(key)) return redaction.hideInCut(plain(value));
    return /^(message|traffic|remedy|title)$/.test(key) ? plainLines(redaction.hide(value)) : value;
  });
}
