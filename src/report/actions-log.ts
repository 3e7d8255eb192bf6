import type * as core from '@actions/core';
import { harmless, type Log } from './log.ts';

/** The log of a workflow run. */
export const actionsLog = (actions: typeof core): Log => ({
  info: line => actions.info(line),
  foreign: line => actions.info(harmless(line)),
  warning: (title, message) => actions.warning(message, { title }),
  error: (title, message) => actions.error(message, { title }),
  debug: line => actions.debug(line),
  startGroup: title => actions.startGroup(title),
  endGroup: () => actions.endGroup(),
});
