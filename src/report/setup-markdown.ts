import { asText, list } from './markdown.ts';
import type { Setup, SetupStep } from './setup.ts';

/** The steps of a setup as a table, and what it found of a tutorial's set-up. */
export const setupMarkdown = ({ steps, tutorial }: Setup): string =>
  [
    '| Step | What was done |',
    '| :-- | :-- |',
    ...steps.map(rowOf),
    ...(tutorial.length === 0 ? [] : ['', list(tutorial)]),
  ].join('\n');

const rowOf = (step: SetupStep): string => `| ${asText(step.name)} | ${outcomeOf(step)} |`;

function outcomeOf({ will, did, there }: SetupStep): string {
  if (did !== '') return `**${asText(did)}**`;
  return there === '' ? `not done: ${asText(will)}` : `nothing to do: ${asText(there)}`;
}
