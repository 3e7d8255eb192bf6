/** docs/benchmarks.md as text: a head that tells the machine, then sections that each begin with `## title`. */

/** The page's head. */
export function writeHead(machine: string): string {
  return `# Benchmarks\n\n${machine}\n`;
}

/** Whether the page's numbers are of this machine; a page without numbers is of any. */
export function isOfMachine(page: string, machine: string): boolean {
  const [head, ...sections] = split(page);
  return sections.length === 0 || head?.trim() === writeHead(machine).trim();
}

/** The page with each section in place of the one that has its title, or at the end. */
export function putSections(page: string, machine: string, sections: readonly string[]): string {
  const [, ...kept] = split(page);
  const byTitle = new Map([...kept, ...sections].map(section => [titleOf(section), section.trim()]));
  return `${[writeHead(machine).trim(), ...byTitle.values()].join('\n\n')}\n`;
}

function split(page: string): readonly string[] {
  return page.split(/^(?=## )/m);
}

function titleOf(section: string): string {
  return section.split('\n', 1)[0] ?? '';
}
