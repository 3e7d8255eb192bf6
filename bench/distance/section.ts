import type { Section } from '../report.ts';
import { ms } from '../statistics.ts';
import { writeFarFiles } from './files.ts';
import { type Cell, checkBounds, type Deployed, NAMES, summarize } from './results.ts';

/** What a run of the comparison found, as a section and as the files that show it. */
export function describeDistance(rounds: number, deploys: readonly Deployed[]): Section {
  const cells = summarize(deploys);
  const bounds = checkBounds(cells);
  return {
    title: 'Against other ways, near and far',
    method: `One host, ${rounds} ${rounds === 1 ? 'round' : 'rounds'} at each distance, the ways in turn and each round beginning with another, under 100 requests a second on 10 kept connections and 10 new connections a second. SSH goes through a proxy on this machine that holds every byte back for half of the round trip and passes 100 Mbit/s each way (\`sandbox/distance.ts\`; a TCP connection opens without a wait, and TCP does not begin slowly). Every deploy is of a jar of 60 MB that was rebuilt from the live one with 5 classes and 1 library changed, and of an app that is made to wait at its start. The app's own start is from the start of its process to its first healthy answer, asked for every 10 ms, in all ways. The action is the bundle as the runner calls it, with the defaults of its inputs. The tutorial's script is \`bench/plain-deploy.sh\`, with the pauses of its original (10 s before it first looks, 5 s after it stopped the app before the last one); it comes to the jar by \`scp\`, or by \`rsync\` over the live one's file. Ansible is Debian's \`ansible-core\` with \`bench/distance/playbook.yml\`: one play, no facts, pipelining, one connection, no compression. Times and bytes are medians, the ratio is that of the same round, beyond the app's own start.`,
    picture: `<picture>
  <source media="(max-width: 600px)" srcset="pictures/distance-narrow.svg">
  <source media="(prefers-color-scheme: dark)" srcset="pictures/distance-dark.svg">
  <img alt="How long until the new version serves, by this action, rsync and scp with the tutorial's script, and Ansible, at three distances; the table has the numbers." src="pictures/distance-light.svg" width="830">
</picture>`,
    columns: [
      'Round trip, way',
      'New version serves after',
      "App's own start",
      'Beyond it',
      'Against the action',
      'Whole process',
      'Sent',
      'Received',
      'Turns of the wire',
      'Requests',
      'Failed',
    ],
    rows: cells.map(describeCell),
    meaning: `${bounds.map(({ sentence }) => upper(sentence)).join('. ')}. The action's whole process goes on after the switch: it waits for the old release's requests, stops it and reports.`,
    missed: bounds.filter(({ isKept }) => !isKept).map(({ sentence }) => sentence),
    files: deploys.length === 0 ? new Map() : writeFarFiles(deploys),
  };
}

const describeCell = (cell: Cell): Section['rows'][number] => [
  `${cell.rttMs} ms, ${NAMES[cell.way]}`,
  ms(cell.servingMs),
  ms(cell.startMs),
  ms(cell.beyondMs),
  cell.way === 'action' ? '' : `${cell.ratio.toFixed(1)} ×`,
  ms(cell.totalMs),
  bytes(cell.sent),
  bytes(cell.received),
  Math.round(cell.turns),
  cell.requests,
  cell.failed,
];

const bytes = (count: number): string => `${(count / 1e6).toFixed(2)} MB`;

const upper = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);
