/** What a page and its translation must have in common; each list is in the order of the page. */
export interface Skeleton {
  /** Levels of the headings. */
  readonly headings: readonly number[];
  /** Of each table the words in code of each row, sorted, and how many cells the row has. */
  readonly tables: readonly (readonly string[])[];
  /** Code blocks, whole. */
  readonly blocks: readonly string[];
  /** What links and pictures lead to. */
  readonly targets: readonly string[];
  /** How many items each list has. */
  readonly lists: readonly number[];
}

/** The skeleton of a page in Markdown. Comments, and links between the languages at its top, do not count. */
export function skeletonOf(page: string): Skeleton {
  const text = page.replace(/<!--[\s\S]*?-->\n?/g, '').replace(/^.*\[(?:English|한국어)\]\(.*$/m, '');
  const prose = text.replace(/```[\s\S]*?```/g, '');
  return {
    headings: [...prose.matchAll(/^(#+) /gm)].map(([, marks = '']) => marks.length),
    tables: runsOf(prose, /^\|/).map(rows => rows.map(rowOf)),
    blocks: text.match(/```[\s\S]*?```/g) ?? [],
    targets: [...prose.matchAll(/\]\(([^)]*)\)|\b(?:src|srcset|href)="([^"]*)"/g)]
      .map(([, link, source]) => link ?? source ?? '')
      .toSorted(),
    lists: runsOf(prose, /^(?:-| {2}\S)/).map(lines => lines.filter(line => line.startsWith('-')).length),
  };
}

/** Adjoining lines that fit. */
function runsOf(text: string, fits: RegExp): readonly (readonly string[])[] {
  const fitting = text.split('\n').map(line => (fits.test(line) ? line : ''));
  return fitting
    .join('\n')
    .split(/\n{2,}/)
    .map(run => run.split('\n').filter(line => line !== ''))
    .filter(run => run.length > 0);
}

/** A row as `cells: codes and numbers`, whatever their order within the row's sentence. */
function rowOf(row: string): string {
  const cells = row.split(/(?<!\\)\|/).length - 2;
  const codes = row.match(/`[^`]+`|\d[\d,.]*\d|:?-{3,}:?/g) ?? [];
  return `${cells}: ${codes.toSorted().join(' ')}`;
}
