import type { HostFailure } from './host-report.ts';
import { harmless } from './log.ts';

/** Where the runner cuts an annotation: `_maxIssueMessageLength` in actions/runner, src/Runner.Worker/ExecutionContext.cs. */
const longest = 4096;

/** What each of the failure's own sentences may take of it, so that the last of them is never what is cut. */
const longestSentence = 1000;

/** Of a line of the log the beginning says what it is. */
const longestLine = 500;

/** The text of a failure's annotation: what happened, what the app's log says of it, where the traffic is, what to do. */
export function annotate({ message, cause = [], traffic, remedy }: HostFailure): string {
  const [what, where, then] = [message, traffic, remedy].map(text => cut(text, longestSentence));
  const room = longest - `${what}\n\n${where}\n${then}`.length;
  const shown =
    cause.length === 0
      ? ''
      : cut(['Its log says:', ...cause.map(line => cut(harmless(line), longestLine))].join('\n'), room);
  return [what, ...(shown === '' ? [] : [shown]), where, then].join('\n');
}

/** At most so many characters, with an ellipsis where some are left out. */
const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
