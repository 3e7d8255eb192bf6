import { asText } from './markdown.ts';
import type { Setup, SetupStep } from './setup.ts';

/** The steps of a setup as a table. */
export const setupMarkdown = ({ steps }: Setup): string =>
  ['| Step | What was done |', '| :-- | :-- |', ...steps.map(rowOf)].join('\n');

const rowOf = (step: SetupStep): string => `| ${asText(step.name)} | ${outcomeOf(step)} |`;

function outcomeOf({ will, did, there }: SetupStep): string {
  if (did !== '') return `**${asText(did)}**`;
  return there === '' ? `not done: ${asText(will)}` : `nothing to do: ${asText(there)}`;
}
