import type { Duplex } from 'node:stream';
import type { HostKeyRule } from './host-key.ts';
import type { SshLogin } from './login.ts';

/** One sshd, how it is reached and known, and as whom to log in. */
export interface SshTarget {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly login: SshLogin;
  /** Makes the stream to sshd, where it is no connection of our own; `onDetail` is for the debug log. */
  readonly open?: (signal: AbortSignal, onDetail: (line: string) => void) => Promise<Duplex>;
  /** What to do when sshd is not reached, where the way to it is not direct. */
  readonly whereToLook?: string;
  readonly hostKeys: readonly HostKeyRule[];
  /** All names of the host, for known_hosts lines. */
  readonly names: readonly string[];
}
