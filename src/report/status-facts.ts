import { formatBytes, formatMs, formatTime } from './format.ts';
import type { HistoryEntry } from './history-entry.ts';
import type { ColorStatus, HostStatus, Room } from './host-status.ts';
import { describeOrigin } from './origin.ts';
import type { Voice } from './voice.ts';

/** A table, whose rows have as many cells as its head. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The two colors: what each has, since when, and how it is. */
export function colorTable({ colors }: HostStatus, voice: Voice): Table {
  const [first, second] = colors;
  const of = (tell: (color: ColorStatus) => string): readonly string[] =>
    [first, second].map(color => (color === undefined ? '' : tell(color)));
  return {
    head: ['', ...of(({ color, port, isLive }) => `${isLive ? 'live' : 'idle'}: ${color}, port ${port}`)],
    rows: [
      ['Release', ...of(({ release, adopted }) => voice.name(release || adopted))],
      ['Commit', ...of(color => describeOrigin({ repository: repositoryIn(color), ...color }, voice))],
      ['Live since', ...of(({ liveSince }) => voice.text(formatTime(liveSince)))],
      ['Unit', ...of(color => describeUnit(color, voice))],
      ['Health', ...of(color => describeHealth(color, voice))],
      ['Not to go back to', ...of(({ bad }) => voice.text(bad))],
    ].filter(([, ...cells]) => cells.some(cell => cell !== '')),
  };
}

/** What is true of the host beside its colors. */
export function hostTable(
  { frontDoor, switching, holder, nginx, disk, memory }: HostStatus,
  voice: Voice,
): Table {
  const door = `${frontDoor.proof}${frontDoor.seen === '' ? '' : `: ${voice.text(frontDoor.seen)}`}`;
  return {
    head: ['Front door', door],
    rows: [
      [
        'nginx',
        [voice.text(nginx.version), voice.text(nginx.state)].filter(Boolean).join(', ') || 'not there',
      ],
      [
        'Switch',
        switching === undefined
          ? ''
          : `${switching.state} to ${voice.name(switching.release)} (${switching.to})${switching.msLeft === undefined ? '' : `, ${formatMs(switching.msLeft)} left`}${switching.isLookedAfter ? '' : '; nobody looks after it'}`,
      ],
      [
        'Lock',
        holder === undefined
          ? 'free'
          : `${voice.text(holder.who)}, since ${voice.text(formatTime(holder.since))}`,
      ],
      ['Disk', describeRoom(disk)],
      ['Memory', describeRoom(memory)],
    ].filter(([, cell]) => cell !== ''),
  };
}

/** The last runs, newest first. */
export function historyTable({ history }: HostStatus, voice: Voice): Table {
  return {
    head: ['Outcome', 'When', 'What', 'Release', 'Commit', 'Time', 'Failed requests', 'Run'],
    rows: history.map(entry => [
      iconOf(entry.outcome),
      voice.text(formatTime(entry.at)),
      describeEnd(entry, voice),
      voice.name(entry.release),
      describeOrigin({ repository: repositoryIn(entry), ...entry }, voice),
      entry.durationMs === undefined ? '' : formatMs(entry.durationMs),
      describeRequests(entry),
      entry.runUrl === '' ? '' : voice.link(entry.runUrl.split('/').at(-1) ?? '', entry.runUrl),
    ]),
  };
}

const describeEnd = ({ outcome, reason, rollbackReason }: HistoryEntry, voice: Voice): string =>
  `${voice.text(outcome)}${reason === '' ? '' : ` (${voice.text(reason)})`}${rollbackReason === '' ? '' : `: ${voice.text(rollbackReason)}`}`;

/** `owner/name`, out of the page of a run of it. */
const repositoryIn = ({ runUrl }: { readonly runUrl: string }): string =>
  runUrl.split('/actions/runs/')[0]?.split('/').slice(-2).join('/') ?? '';

const icons: Readonly<Record<string, string>> = {
  deployed: '✅',
  unchanged: '✅',
  'rolled-back': '⏪',
  reverted: '❌',
  refused: '❌',
  failed: '❌',
  lost: '❓',
};
const iconOf = (outcome: string): string => (Object.hasOwn(icons, outcome) ? (icons[outcome] ?? '') : '❓');

const describeRequests = ({ requests, failedRequests }: HistoryEntry): string =>
  requests === undefined ? '' : `${inThousands(failedRequests ?? 0)} of ${inThousands(requests)}`;

function describeUnit({ unit }: ColorStatus, voice: Voice): string {
  const parts = [
    voice.text(unit.state),
    unit.since === '' ? '' : `since ${voice.text(formatTime(unit.since))}`,
    unit.pid === undefined ? '' : `process ${unit.pid}`,
    unit.residentBytes === undefined ? '' : formatBytes(unit.residentBytes),
    unit.restarts === 0 ? '' : `started again ${unit.restarts} times by systemd`,
    unit.isEnabled ? '' : 'not enabled',
  ];
  return parts.filter(Boolean).join(', ');
}

function describeHealth({ isHealthy, health }: ColorStatus, voice: Voice): string {
  if (isHealthy === undefined) return '';
  return `${isHealthy ? '✅ healthy' : '❌ not healthy'}${health === '' ? '' : ` (${voice.text(health)})`}`;
}

const blocks = 10;

function describeRoom(room: Room | undefined): string {
  if (room === undefined || room.totalBytes <= 0) return '';
  const used = Math.min(1, Math.max(0, 1 - room.freeBytes / room.totalBytes));
  const full = Math.round(used * blocks);
  return `${'█'.repeat(full)}${'░'.repeat(blocks - full)} ${Math.round(used * 100)}% used, ${formatBytes(room.freeBytes)} of ${formatBytes(room.totalBytes)} free`;
}

const inThousands = (count: number): string => count.toLocaleString('en-US');
