import type * as core from '@actions/core';
import type { HostReport } from './host-report.ts';
import { harmless, redact } from './log.ts';
import { outputsOf } from './outputs.ts';
import { summarize } from './summary.ts';

/** Tells the result: outputs, job summary, and for a failure its evidence and an annotation. `hasSummary`: whether the runner takes job summaries. Gives whether all went well. */
export async function publish(
  actions: typeof core,
  app: string,
  reports: readonly HostReport[],
  secrets: readonly string[],
  hasSummary: boolean,
): Promise<boolean> {
  for (const { failure } of reports) {
    if (failure === undefined) continue;
    for (const { title, lines } of failure.evidence ?? []) {
      actions.info(`${title}:`);
      for (const line of lines) actions.info(harmless(line));
    }
    const text = `${failure.message}\n${failure.traffic}\n${failure.remedy}`;
    actions.error(text, { title: `${failure.stage} failed: ${failure.reason}` });
  }
  for (const [name, value] of Object.entries(outputsOf(reports)))
    actions.setOutput(name, redact(value, secrets));
  if (hasSummary) await actions.summary.addRaw(redact(summarize(app, reports), secrets)).write();
  return reports.every(report => report.failure === undefined);
}
