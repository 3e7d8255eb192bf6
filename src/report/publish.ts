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
  const told = withoutSecrets(reports, secrets);
  for (const [name, value] of Object.entries(outputsOf(told))) actions.setOutput(name, value);
  if (hasSummary) await actions.summary.addRaw(summarize(app, told)).write();
  return reports.every(report => report.failure === undefined);
}

/** The reports with their free text redacted, before JSON or Markdown spells a secret in another way. */
function withoutSecrets(reports: readonly HostReport[], secrets: readonly string[]): readonly HostReport[] {
  return JSON.parse(JSON.stringify(reports), (key, value: unknown) =>
    typeof value === 'string' && /^(message|traffic|remedy|title|\d+)$/.test(key)
      ? redact(value, secrets)
      : value,
  );
}
