import { process } from './process.ts';
import { type Files, noRelease, type State } from './state.ts';
import type { World } from './world.ts';

/** Blue serves release 0, confirmed long ago; nobody is there yet. Run A deploys release 1, run B release 2. */
export function initialState({ faults, before }: World): State {
  const files: Files = {
    marker: false,
    live: before,
    journal: { state: 'switched', from: 'green', to: 'blue', release: 0 },
    before: 'none',
    token: { token: 0, run: 'A', hasEnded: true },
    candidate: 'none',
    'link-blue': 0,
    'link-green': noRelease,
    'on-blue': true,
    'on-green': false,
  };
  return {
    now: files,
    disk: files,
    phase: 'up',
    loaded: before,
    blue: { state: 'healthy', release: 0 },
    green: { state: 'absent', release: noRelease },
    lock: 'none',
    'link-A': 'none',
    'link-B': 'none',
    hasCalls: false,
    timer: 0,
    'runner-A': process('runner-A', 'deploy', { run: 'A', release: 1 }),
    'runner-B': 'none',
    'stage-A': 'none',
    'stage-B': 'none',
    'end-A': 'none',
    'end-B': 'none',
    deadline: 'none',
    watch: 'none',
    guard: 'none',
    faults,
    memory: {
      proven: 1,
      watched: noRelease,
      failed: { release: noRelease, when: 'never' },
      isLost: false,
      trusted: noRelease,
      begun: 0,
      isRefused: false,
    },
  };
}
