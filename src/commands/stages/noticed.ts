import type { Facts } from '../../host/stage.ts';

/** What a stage noticed that a person should know, in sentences: what other hands changed, mended or not, and the rest. */
export const noticedIn = (facts: Facts): readonly string[] => [
  ...facts.all('mended'),
  ...facts.all('drift'),
  ...facts.all('finding'),
];
