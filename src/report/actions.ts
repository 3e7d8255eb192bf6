import type * as core from '@actions/core';

/** What is written to of the runner's interface. */
export type Actions = Pick<
  typeof core,
  'debug' | 'endGroup' | 'error' | 'info' | 'setOutput' | 'startGroup' | 'summary' | 'warning'
>;
