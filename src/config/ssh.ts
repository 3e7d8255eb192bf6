import type { HostKeyRule } from '../ssh/host-key.ts';
import type { PrivateKey } from '../ssh/private-key.ts';
import type { Inputs } from './inputs.ts';

/** How to log in, and how the host is known. */
export interface Ssh {
  readonly user: string;
  readonly port: number;
  readonly key: PrivateKey;
  readonly hostKeys: readonly HostKeyRule[];
}

/** The readers of keys, which belong to the SSH side. */
export interface KeyReaders {
  readonly parsePrivateKey: (text: string, passphrase: string) => PrivateKey | { readonly problem: string };
  readonly parseHostKeys: (text: string) => {
    readonly rules: readonly HostKeyRule[];
    readonly problems: readonly string[];
  };
}

/** Reads the SSH inputs; no problem ever shows the key. */
export function readSsh(inputs: Inputs, readers: KeyReaders): Ssh {
  const key = readers.parsePrivateKey(inputs.text('ssh-private-key'), inputs.text('ssh-passphrase'));
  const usable = 'problem' in key ? { text: '', passphrase: undefined } : key;
  if ('problem' in key)
    inputs.refuseSecret('ssh-private-key', `an OpenSSH or PEM private key; what was given ${key.problem}`);
  const { rules, problems } = readers.parseHostKeys(inputs.text('ssh-host-key'));
  for (const problem of problems)
    inputs.refuse('ssh-host-key', `known_hosts lines, SHA256:… fingerprints or ec2-console; ${problem}`);
  if (rules.length === 0 && problems.length === 0) {
    inputs.refuse(
      'ssh-host-key',
      'the host key, without which nobody knows who answers: on the host, ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub prints its SHA256:… fingerprint; or ec2-console',
    );
  }
  if (inputs.text('host') !== '' && rules.some(rule => rule.kind === 'ec2-console')) {
    inputs.refuse(
      'ssh-host-key',
      'ec2-console only with instance-id or instance-filters: a plain host has no console to ask',
    );
  }
  return {
    user: inputs.matching('ssh-user', /^[A-Za-z_][A-Za-z0-9._-]{0,31}$/, 'a user name'),
    port: inputs.number('ssh-port', 1, 65_535),
    key: usable,
    hostKeys: rules,
  };
}
