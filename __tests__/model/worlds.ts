import type { Faults } from './state.ts';
import type { World } from './world.ts';

const noFaults: Faults = { any: 0, death: 1, crash: 0, kill: 0, cut: 0, app: 0, reload: 0 };
/** A runner's death, and one fault more of any kind. */
const oneFault: Faults = { any: 1, death: 1, crash: 1, kill: 1, cut: 1, app: 1, reload: 1 };

interface Setting {
  readonly mode: World['mode'];
  readonly bake?: boolean;
  readonly by?: World['confirmedBy'];
}

/** A world of one runner, or of two, with these faults. */
export function worldOf(setting: Setting, faults: Partial<Faults> = {}, runners: 1 | 2 = 1): World {
  const { mode, bake: hasBake = false, by: confirmedBy = 'host' } = setting;
  const kinds = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`);
  return {
    name: `switch: ${mode}, ${hasBake ? 'bake' : 'no bake'}, confirmed by the ${confirmedBy}, runners: ${runners}, faults: ${kinds.join(', ') || 'only a runner that dies'}`,
    mode,
    before: mode === 'instant' ? 'marker' : 'blue',
    hasBake,
    confirmedBy,
    runners,
    faults: { ...noFaults, ...faults },
  };
}

const settings: readonly Setting[] = (['instant', 'reload'] as const).flatMap(mode => [
  { mode },
  { mode, bake: true },
  { mode, by: 'runner' as const },
  { mode, bake: true, by: 'runner' as const },
]);

/** What is searched to the end. */
export const worlds: readonly World[] = [
  ...settings.map(setting => worldOf(setting, oneFault)),
  { ...worldOf({ mode: 'instant' }, oneFault), before: 'older', name: 'nginx files of an earlier version' },
  { ...worldOf({ mode: 'instant' }, oneFault), before: 'blue', name: 'from switch: reload to instant' },
  { ...worldOf({ mode: 'reload' }, oneFault), before: 'marker', name: 'from switch: instant to reload' },
  worldOf({ mode: 'instant' }, { any: 2, crash: 1, kill: 1 }),
  worldOf({ mode: 'instant' }, { any: 2, kill: 1, app: 1 }),
  worldOf({ mode: 'instant', bake: true }, { any: 2, crash: 1, kill: 1 }),
  worldOf({ mode: 'instant' }, {}, 2),
  worldOf({ mode: 'instant' }, { any: 1, crash: 1 }, 2),
  worldOf({ mode: 'instant', bake: true }, {}, 2),
];
