import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { promisify } from 'node:util';
import { functions, type HostShell } from '../host/host-shell.ts';
import type { Cage } from './canary.ts';

const scratch = mkdtempSync(join(tmpdir(), 'fuzz-shell-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
let scripts = 0;

/** The host program's functions as a file, to be read by a script with `.`. */
export const functionsFile = join(scratch, 'functions');
writeFileSync(functionsFile, functions);

/** Runs a script in the cage and gives its stdout, byte for byte; throws when its status is not 0. */
export async function runCaged(shell: HostShell, cage: Cage, script: string): Promise<Buffer> {
  const file = join(scratch, `script-${scripts++}`);
  writeFileSync(file, script);
  return await run(shell, cage, [file]);
}

/** Runs a command as sshd does: as one word of the login shell. */
export const logIn = (shell: HostShell, cage: Cage, command: string): Promise<Buffer> =>
  run(shell, cage, ['-c', command]);

async function run(shell: HostShell, cage: Cage, words: readonly string[]): Promise<Buffer> {
  const { stdout } = await promisify(execFile)(shell.command, [...shell.first, ...words], {
    cwd: cage.folder,
    env: { PATH: `${cage.commands}:${shell.path}` },
    encoding: 'buffer',
    maxBuffer: 2 ** 30,
  });
  return stdout;
}

/** Fields that end with NUL. */
export const fieldsOf = (output: Buffer): readonly string[] =>
  output.toString('latin1').split('\0').slice(0, -1);

/** A text as its bytes, one character each, as `fieldsOf` gives them. */
export const bytesOf = (text: string): string => Buffer.from(text).toString('latin1');
