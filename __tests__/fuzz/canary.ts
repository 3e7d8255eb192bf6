import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** A command that hostile values call in every way there is; it leaves a trace. */
export const canary = 'bluegreen-canary';

/** A place to run hostile values in: the canary is a command there, and globs match files. */
export interface Cage {
  /** The working folder: files that globs match, and nothing else. */
  readonly folder: string;
  /** Where the canary is found; to be put into PATH. */
  readonly commands: string;
  /** Asserts that no value was executed and that none made or removed a file. */
  assertQuiet(): void;
}

const baits = ['a', 'b', '-rf', '--help', '-n', 'x y', "it's", '$(x)', 'canary', '=', 'KEY=VALUE'];

/** Makes a cage, in which the canary is shown to sing when it is called. */
export function makeCage(): Cage {
  const root = mkdtempSync(join(tmpdir(), 'fuzz-cage-'));
  after(() => rmSync(root, { recursive: true, force: true }));
  const [folder, commands, trace] = [join(root, 'here'), join(root, 'commands'), join(root, 'trace')];
  for (const path of [folder, commands]) mkdirSync(path);
  for (const bait of baits) writeFileSync(join(folder, bait), '');
  const command = join(commands, canary);
  writeFileSync(command, `#!/bin/sh\necho called >>${trace}\n`);
  chmodSync(command, 0o755);
  execFileSync('sh', ['-c', `: * && echo "$(${canary})"`], {
    cwd: folder,
    env: { PATH: `${commands}:/usr/bin:/bin` },
  });
  assert.ok(existsSync(trace), 'the canary sings when it is called');
  rmSync(trace);
  return {
    folder,
    commands,
    assertQuiet: () => {
      assert.ok(!existsSync(trace), 'no value was executed');
      assert.deepEqual(readdirSync(folder).toSorted(), baits.toSorted(), 'no value made or removed a file');
    },
  };
}
