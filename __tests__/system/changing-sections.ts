import type { SandboxHost } from '../../sandbox/host.ts';
import { assembleProgram } from '../../src/host/program.ts';

const notes = '/var/tmp/changing-sections';

/** One line of what the program wrote down: a run's stage went into its changing section, or out of it. */
export interface Note {
  readonly kind: 'begin' | 'end';
  readonly run: string;
  readonly stage: string;
}

/**
 * The host program, writing down when a stage may change the host (from the end of begin_change) and when it
 * can no longer (its process ends). Appending to one file gives the order.
 */
function writingNotes(program: string): string {
  const noting = `note() { echo "$1 $lease_token $stage" >>${notes}; }
note_end() { [ "\${in_section:-no}" = no ] || note end; }
begin_change() {
    begin_change_itself
    in_section=yes
    note begin
}

begin_change_itself() {`;
  const told = program
    .replace(/^begin_change\(\) \{$/m, noting)
    .replaceAll(/^( *)trap '([^']*)' EXIT$/gm, "$1trap '$2; note_end' EXIT");
  if (!told.includes(noting) || !told.includes("; note_end' EXIT"))
    throw new Error('the program has changed');
  return told;
}

/** The host program with nothing in it that holds a run back: no lock, no question who holds it. */
export function withoutLocks(program: string): string {
  const last = /main "\$@"\n\}\n$/;
  if (!last.test(program)) throw new Error('the program has changed');
  return program.replace(
    last,
    'flock() { case $* in *true) return 1 ;; esac; }\nholds_lease() { :; }\nis_abandoned() { read_token; return 1; }\nmain "$@"\n}\n',
  );
}

/** Puts the program onto the host where the action looks for its own, writing notes. */
export async function putProgram(
  host: SandboxHost,
  change: (program: string) => string = program => program,
): Promise<void> {
  const { path, text } = assembleProgram();
  const end = 'END-OF-THE-PROGRAM';
  await host.sh(
    `rm -f ${notes}; mkdir -p ${path.replace(/\/[^/]+$/, '')}\ncat >${path} <<'${end}'\n${change(writingNotes(text))}${end}\nchmod 0755 ${path}`,
  );
}

export async function readNotes(host: SandboxHost): Promise<readonly Note[]> {
  const lines = (await host.sh(`cat ${notes}`)).trim().split('\n');
  return lines.map(line => {
    const [kind, run, stage] = line.split(' ');
    if ((kind !== 'begin' && kind !== 'end') || run === undefined || stage === undefined)
      throw new Error(`not a note: ${line}`);
    return { kind, run, stage };
  });
}

/**
 * What may not be, in sentences: two in their sections at once, a run between the stages of another, a section without
 * an end.
 */
export function findClashes(noted: readonly Note[]): readonly string[] {
  const clashes: string[] = [];
  const gone = new Set<string>();
  let inside: Note | undefined;
  let last: string | undefined;
  for (const note of noted) {
    const here = `${note.stage} of ${note.run}`;
    if (note.kind === 'end') {
      if (inside?.run !== note.run || inside.stage !== note.stage)
        clashes.push(`${here} ended, but was not alone`);
      inside = undefined;
      continue;
    }
    if (inside !== undefined) clashes.push(`${here} began during ${inside.stage} of ${inside.run}`);
    if (last !== undefined && last !== note.run) gone.add(last);
    if (gone.has(note.run)) clashes.push(`${here} began after another run had taken over`);
    inside = note;
    last = note.run;
  }
  if (inside !== undefined) clashes.push(`${inside.stage} of ${inside.run} never ended`);
  return clashes;
}
