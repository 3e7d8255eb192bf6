import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MadeKey } from './made-keys.ts';

/** A real ssh-agent of its own. */
export interface MadeAgent {
  readonly socket: string;
  /** Adds a key; `isConfirmed`: somebody must confirm each use of it, and nobody is there. */
  add(key: MadeKey, isConfirmed?: boolean): void;
  /** Takes all keys out. */
  remove(): void;
  lock(): void;
  stop(): Promise<void>;
}

export async function startAgent(): Promise<MadeAgent> {
  const folder = mkdtempSync(join(tmpdir(), 'made-agent-'));
  const socket = join(folder, 'agent');
  const env = { PATH: process.env.PATH, SSH_AUTH_SOCK: socket };
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore', env: { PATH: env.PATH } });
  const ended = once(child, 'exit');
  while (!existsSync(socket)) await sleep(10);
  return {
    socket,
    add(key, isConfirmed = false) {
      const file = join(folder, 'key');
      writeFileSync(file, key.privateText, { mode: 0o600 });
      execFileSync('ssh-add', ['-q', ...(isConfirmed ? ['-c'] : []), file], { env, stdio: 'pipe' });
      rmSync(file);
    },
    remove() {
      execFileSync('ssh-add', ['-q', '-D'], { env, stdio: 'pipe' });
    },
    lock() {
      const ask = join(folder, 'ask');
      writeFileSync(ask, '#!/bin/sh\necho locked\n', { mode: 0o700 });
      execFileSync('ssh-add', ['-x'], {
        env: { ...env, SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: 'force' },
        stdio: 'pipe',
      });
    },
    async stop() {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
