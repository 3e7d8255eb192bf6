import type { Evidence, FailureText } from '../failure.ts';
import type { Facts } from './stage.ts';

/**
 * What the host told of a release that failed (src/host/evidence.sh): blocks for people, and the lines of the app's log
 * that say most.
 */
export function evidenceIn(facts: Facts): Required<Pick<FailureText, 'evidence' | 'cause'>> {
  const blocks: readonly Evidence[] = [
    { title: 'process', lines: facts.all('process') },
    { title: 'what other hands changed', lines: [...facts.all('mended'), ...facts.all('drift')] },
    { title: 'last log lines', lines: facts.all('log') },
    { title: 'last probe', lines: [...facts.all('probe'), ...facts.all('probe-body')] },
    { title: 'ports', lines: facts.all('listeners') },
    { title: 'memory', lines: facts.all('memory') },
    { title: 'releases on the host', lines: facts.all('release-there') },
  ];
  return { evidence: blocks.filter(one => one.lines.length > 0), cause: facts.all('cause') };
}
