import { put, stopColor } from './files.ts';
import { type Block, when } from './machine.ts';
import { type Color, liveColor, type State } from './state.ts';

/** stop_left_candidate and forget_candidate */
export const forgetCandidate: Block = put('forgets the candidate', 'candidate', () => 'none');

const candidateColor = ({ now }: State): Color => (now.candidate === 'none' ? 'green' : now.candidate.color);

export const stopLeftCandidate: Block = [
  when(
    state => state.now.candidate !== 'none',
    [
      when(
        state =>
          state.now.candidate !== 'none' &&
          liveColor(state) !== candidateColor(state) &&
          state.now[`link-${candidateColor(state)}`] === state.now.candidate.release,
        stopColor(candidateColor),
      ),
      ...forgetCandidate,
    ],
  ),
];
