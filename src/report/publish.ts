import type { Actions } from './actions.ts';
import { annotate } from './annotation.ts';
import { bound } from './bound.ts';
import { headline } from './headline.ts';
import type { HostReport } from './host-report.ts';
import { harmless, inert, plain, plainLines } from './log.ts';
import { outputsOf } from './outputs.ts';
import { Redaction } from './redaction.ts';
import { summarize } from './summary.ts';
import { inPlainText } from './voice.ts';

/**
 * Tells the result: its sentence at the end of the log, outputs, job summary, and for a failure its evidence and an
 * annotation. `hasSummary`: whether the runner takes job summaries. Gives whether all went well.
 */
export async function publish(
  actions: Actions,
  app: string,
  reports: readonly HostReport[],
  secrets: readonly string[],
  hasSummary: boolean,
): Promise<boolean> {
  const told = tellable(reports, secrets);
  for (const { failure } of told) {
    if (failure === undefined) continue;
    for (const { title, lines } of failure.evidence ?? []) {
      actions.startGroup(title);
      for (const line of lines) actions.info(harmless(line));
      actions.endGroup();
    }
    actions.error(annotate(failure), { title: `${failure.stage} failed: ${failure.reason}` });
  }
  for (const report of told) actions.info(inert(headline(app, report, inPlainText)));
  for (const [name, value] of Object.entries(outputsOf(told))) actions.setOutput(name, value);
  if (hasSummary) await actions.summary.addRaw(summarize(app, told)).write();
  return told.every(report => report.failure === undefined);
}

/** The reports as they may be shown: without secrets, and not longer than the runner takes. */
export const tellable = (reports: readonly HostReport[], secrets: readonly string[]): readonly HostReport[] =>
  bound(withoutSecrets(reports, new Redaction(secrets)));

/** Keys of a report whose text is of others, or quotes them. */
const foreign =
  /^(message|traffic|remedy|title|repository|ref|commit|subject|actor|runUrl|how|seen|who|bad|health|rollbackReason|version|name|will|did|there)$/;

/**
 * The reports with their free text redacted, before anything spells a secret in another way, cuts it in two or takes
 * control characters out of it. A key of digits is a line of a list.
 */
function withoutSecrets(reports: readonly HostReport[], redaction: Redaction): readonly HostReport[] {
  return JSON.parse(JSON.stringify(reports), (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (/^\d+$/.test(key)) return redaction.hideInCut(plain(value));
    return foreign.test(key) ? plainLines(redaction.hide(value)) : value;
  });
}
