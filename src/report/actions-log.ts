import type * as core from '@actions/core';
import { harmless, inert, type Log, plain, plainLines } from './log.ts';
import type { Redaction } from './redaction.ts';

/** The log of a workflow run; it shows no secret. Debug lines cost nothing unless they are asked for. */
export function actionsLog(actions: typeof core, redaction: Redaction, isDebug: boolean): Log {
  const hide = (text: string): string => redaction.hide(text);
  return {
    info: line => actions.info(inert(hide(line))),
    foreign: line => actions.info(harmless(hide(plain(line)))),
    warning: (title, message) => actions.warning(plainLines(hide(message)), { title }),
    error: (title, message) => actions.error(plainLines(hide(message)), { title }),
    debug: isDebug ? line => actions.debug(inert(hide(plain(hide(line))))) : () => undefined,
    startGroup: title => actions.startGroup(hide(title)),
    endGroup: () => actions.endGroup(),
  };
}
