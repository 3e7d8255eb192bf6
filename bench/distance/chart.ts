import { type Cell, cellOf, NAMES, ROUND_TRIPS, type RoundTrip } from './results.ts';
import { WAYS, type WayName } from './way.ts';

/** A picture in the light or the dark colors, or one for phones that has both in it. */
export type Look = 'light' | 'dark' | 'narrow';

type Palette = Readonly<
  Record<'card' | 'edge' | 'band' | 'ink' | 'soft' | 'start' | 'action' | 'other', string>
>;

const LIGHT: Palette = {
  card: '#ffffff',
  edge: '#d1d9e0',
  band: '#f6f8fa',
  ink: '#1f2328',
  soft: '#59636e',
  start: '#d1d9e0',
  action: '#1a7f37',
  other: '#8c959f',
};
const DARK: Palette = {
  card: '#0d1117',
  edge: '#3d444d',
  band: '#151b23',
  ink: '#f0f6fc',
  soft: '#9198a1',
  start: '#3d444d',
  action: '#3fb950',
  other: '#7d8590',
};

/** Where things stand, in px. The bars lie beside their names, or below them. */
interface Layout {
  readonly width: number;
  readonly barsFrom: number;
  readonly barsTo: number;
  readonly namesBeside: boolean;
  readonly row: number;
  /** Where the first band begins, and where the words stand that say what the numbers in brackets are. */
  readonly head: number;
  readonly remark: readonly [x: number, y: number];
}

const WIDE: Layout = {
  width: 830,
  barsFrom: 216,
  barsTo: 684,
  namesBeside: true,
  row: 24,
  head: 66,
  remark: [340, 51],
};
const NARROW: Layout = {
  width: 400,
  barsFrom: 16,
  barsTo: 278,
  namesBeside: false,
  row: 40,
  head: 84,
  remark: [16, 71],
};
const BAND_HEAD = 26;
const GAP = 8;
const BAR = 14;

/** The time until the new version serves, for each way at each distance, as an SVG. */
export function drawChart(cells: readonly Cell[], look: Look): string {
  const layout = look === 'narrow' ? NARROW : WIDE;
  const { width, row, head, remark } = layout;
  const band = BAND_HEAD + WAYS.length * row + 6;
  const height = head + ROUND_TRIPS.length * (band + GAP);
  const longest = Math.max(...cells.map(({ servingMs }) => servingMs));
  const scale = (layout.barsTo - layout.barsFrom) / longest;
  const bands = ROUND_TRIPS.flatMap((rttMs, index) =>
    drawBand(cells, rttMs, layout, head + index * (band + GAP), band, scale),
  );
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">`,
    '  <title id="title">How long until the new version serves</title>',
    `  <desc id="desc">${describe(cells)}</desc>`,
    ...drawStyle(look),
    `  <rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6"/>`,
    text('ink name', 16, 28, 15, 'How long until the new version serves'),
    `  <rect class="start" x="16" y="41" width="12" height="12" rx="2"/>`,
    text('soft', 34, 51, 12, "the app's own start"),
    `  <rect class="action" x="162" y="41" width="12" height="12" rx="2"/>`,
    `  <rect class="other" x="178" y="41" width="12" height="12" rx="2"/>`,
    text('soft', 196, 51, 12, 'what the deploy adds'),
    text('soft', ...remark, 12, '(×: as many times as much as this action adds)'),
    ...bands,
    '</svg>',
  ].join('\n')}\n`;
}

function drawStyle(look: Look): readonly string[] {
  const rules = ({ card, edge, band, ink, soft, start, action, other }: Palette): readonly string[] => [
    `.card { fill: ${card}; stroke: ${edge}; }`,
    `.band { fill: ${band}; }`,
    `.ink { fill: ${ink}; } .soft { fill: ${soft}; }`,
    `.start { fill: ${start}; } .action { fill: ${action}; } .other { fill: ${other}; }`,
  ];
  const indent = (lines: readonly string[], by: string): readonly string[] =>
    lines.map(line => `${by}${line}`);
  return [
    '  <style>',
    "    text { font-family: -apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif; }",
    '    .name { font-weight: 600; }',
    ...indent(rules(look === 'dark' ? DARK : LIGHT), '    '),
    ...(look === 'narrow'
      ? ['    @media (prefers-color-scheme: dark) {', ...indent(rules(DARK), '      '), '    }']
      : []),
    '  </style>',
  ];
}

function drawBand(
  cells: readonly Cell[],
  rttMs: RoundTrip,
  layout: Layout,
  top: number,
  height: number,
  scale: number,
): readonly string[] {
  const title = rttMs === 0 ? 'no distance' : `${rttMs} ms round trip`;
  return [
    `  <rect class="band" x="8" y="${top}" width="${layout.width - 16}" height="${height}" rx="6"/>`,
    text('soft', 16, top + 18, 12, title),
    ...WAYS.flatMap((way, index) =>
      drawRow(cellOf(cells, rttMs, way), layout, top + BAND_HEAD + index * layout.row, scale),
    ),
  ];
}

function drawRow(
  cell: Cell,
  { barsFrom, namesBeside }: Layout,
  top: number,
  scale: number,
): readonly string[] {
  const barTop = namesBeside ? top : top + 18;
  const start = cell.startMs * scale;
  const beyond = cell.beyondMs * scale;
  const weight = cell.way === 'action' ? 'ink name' : 'ink';
  return [
    text(weight, 16, top + 12, 13, NAMES[cell.way]),
    bar('start', barsFrom, barTop, start),
    bar(cell.way === 'action' ? 'action' : 'other', barsFrom + start, barTop, beyond),
    text(
      weight,
      barsFrom + start + beyond + 6,
      barTop + 12,
      13,
      `${seconds(cell.servingMs)}${cell.way === 'action' ? '' : ` (${cell.ratio.toFixed(1)} ×)`}`,
    ),
  ];
}

const bar = (kind: string, x: number, y: number, width: number): string =>
  `  <rect class="${kind}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR}"/>`;

const text = (kind: string, x: number, y: number, size: number, words: string): string =>
  `  <text class="${kind}" x="${Number(x.toFixed(1))}" y="${y}" font-size="${size}">${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** The same in words, for whoever can't see it. */
export function describe(cells: readonly Cell[]): string {
  const way = (name: WayName, rttMs: RoundTrip): string =>
    `${NAMES[name]} ${seconds(cellOf(cells, rttMs, name).servingMs)}`;
  return ROUND_TRIPS.map(rttMs => `At ${rttMs} ms: ${WAYS.map(name => way(name, rttMs)).join(', ')}.`).join(
    ' ',
  );
}
