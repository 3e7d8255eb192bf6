import type { Facts } from '../../host/stage.ts';
import type { Color } from '../../report/host-report.ts';
import type { ColorStatus, HostStatus, Room, Switching } from '../../report/host-status.ts';
import { readHistory } from '../history.ts';
import type { SessionLink } from '../host-link.ts';
import { look } from '../look.ts';

/** What one look at a host showed: how it is, and why its front door is not to be trusted, with what to do. */
export interface Look {
  readonly status: HostStatus;
  /** A clause; empty when the front door is proven, or nothing is live. */
  readonly fault: string;
  readonly remedy: string;
}

/** Looks how the host is, in one exec. `how` is how it was found. */
export async function lookAtHost(link: SessionLink, how: string): Promise<Look> {
  const facts = await look(link, 'status', {});
  const fault = facts.text('fault');
  const obstacles = facts.all('obstacle-message');
  const status: HostStatus = {
    how,
    colors: colorsIn(facts),
    frontDoor: { proof: proofIn(facts), seen: fault || facts.text('seen') },
    switching: switchingIn(facts),
    holder: facts.text('holder') === '' ? undefined : holderIn(facts),
    nginx: { state: facts.text('nginx-state'), version: facts.text('nginx') },
    disk: roomIn(facts, 'disk-free', 'disk-total'),
    memory: roomIn(facts, 'memory-available', 'memory-total'),
    drift: [...facts.all('drift'), ...obstacles],
    findings: facts.all('finding'),
    missing: facts.all('missing'),
    history: readHistory(facts.all('history')).toReversed(),
  };
  return { status, fault, remedy: facts.text('remedy') };
}

const proofs = ['none', 'proven', 'down', 'mismatch'] as const;

const proofIn = (facts: Facts): HostStatus['frontDoor']['proof'] =>
  proofs.find(proof => proof === facts.text('live-proof')) ?? 'none';

function colorsIn(facts: Facts): readonly ColorStatus[] {
  const live = facts.text('live-color') === 'green' ? 'green' : 'blue';
  const colors: readonly Color[] = live === 'green' ? ['green', 'blue'] : ['blue', 'green'];
  return colors.map(color => colorIn(facts, color, color === facts.text('live-color')));
}

function colorIn(facts: Facts, color: Color, isLive: boolean): ColorStatus {
  const text = (key: string): string => facts.text(`${color}-${key}`);
  const number = (key: string): number | undefined => facts.number(`${color}-${key}`);
  const resident = number('resident');
  return {
    color,
    port: number('port') ?? 0,
    isLive,
    release: text('release'),
    adopted: text('adopted'),
    bad: text('bad'),
    ref: text('ref'),
    commit: text('commit'),
    actor: text('actor'),
    runUrl: text('run-url'),
    liveSince: isLive ? text('live-since') : '',
    unit: {
      state: text('state'),
      since: dateOf(number('since')),
      pid: number('pid'),
      restarts: number('restarts') ?? 0,
      residentBytes: resident === undefined ? undefined : resident * 1024,
      isEnabled: text('enabled') === 'yes',
    },
    isHealthy: text('healthy') === '' ? undefined : text('healthy') === 'yes',
    health: text('health'),
  };
}

function switchingIn(facts: Facts): Switching | undefined {
  const state = (['open', 'baking', 'baked'] as const).find(one => one === facts.text('switch-state'));
  if (state === undefined) return undefined;
  const from = facts.text('switch-from');
  const left = facts.number('switch-left');
  return {
    state,
    release: facts.text('switch-release'),
    from: from === 'blue' || from === 'green' ? from : undefined,
    to: facts.text('switch-to') === 'green' ? 'green' : 'blue',
    since: dateOf(facts.number('switch-at')),
    msLeft: left === undefined ? undefined : Math.max(0, left),
    isLookedAfter: facts.text('switch-kept') === 'yes',
  };
}

const holderIn = (facts: Facts): HostStatus['holder'] => ({
  who: facts.text('holder'),
  since: facts.text('holder-since'),
});

function roomIn(facts: Facts, free: string, total: string): Room | undefined {
  const [freeBytes, totalBytes] = [facts.number(free), facts.number(total)];
  return freeBytes === undefined || totalBytes === undefined ? undefined : { freeBytes, totalBytes };
}

/** The last instant that a Date can tell, in ms since 1970. */
const lastDate = 8.64e15;

const dateOf = (ms: number | undefined): string =>
  ms === undefined || Math.abs(ms) > lastDate ? '' : new Date(ms).toISOString();
