import type { Actions } from './actions.ts';
import { harmless, inert, type Log, plain, plainLines } from './log.ts';
import type { Redaction } from './redaction.ts';

/** What GitHub shows of a step: `_maxCountPerIssueType` in actions/runner, src/Runner.Worker/ExecutionContext.cs. */
const mostWarnings = 10;

/**
 * The log of a workflow run; it shows no secret. A warning is told once; those beyond what GitHub shows of a step are
 * lines of the log, which the last one shown says. Debug lines cost nothing unless they are asked for.
 */
export function actionsLog(actions: Actions, redaction: Redaction, isDebug: boolean): Log {
  const hide = (text: string): string => redaction.hide(text);
  const info = (line: string): void => actions.info(inert(hide(line)));
  const warned = new Set<string>();
  return {
    info,
    foreign: line => actions.info(harmless(hide(plain(line)))),
    warning: (title, message) => {
      const text = `${title}: ${message}`;
      if (warned.has(text)) return;
      warned.add(text);
      if (warned.size < mostWarnings)
        return actions.warning(plainLines(hide(message)), { title: hide(title) });
      if (warned.size === mostWarnings)
        actions.warning(
          'GitHub shows ten warnings of a step: the others are in its log and in the summary.',
          {
            title: 'More warnings',
          },
        );
      info(`warning: ${plainLines(text)}`);
    },
    error: (title, message) => actions.error(plainLines(hide(message)), { title: hide(title) }),
    debug: isDebug ? line => actions.debug(inert(hide(plain(hide(line))))) : () => undefined,
    startGroup: title => actions.startGroup(hide(title)),
    endGroup: () => actions.endGroup(),
  };
}
