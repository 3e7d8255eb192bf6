import type { HostKeyRule } from '../ssh/host-key.ts';
import type { PrivateKey } from '../ssh/private-key.ts';
import type { Inputs } from './inputs.ts';
import { type JumpHost, readJumpHost } from './jump-host.ts';

/** How to log in, and how the host is reached and known. */
export interface Ssh {
  readonly user: string;
  readonly port: number;
  readonly login: Login | { readonly kind: 'instance-connect' };
  readonly route: Route;
  readonly hostKeys: readonly HostKeyRule[];
}

/** A login with what this job has. */
export type Login =
  | { readonly kind: 'key'; readonly key: PrivateKey }
  | { readonly kind: 'agent'; readonly socket: string };

/** What the bytes to sshd go through. */
export type Route =
  | { readonly kind: 'direct' }
  | { readonly kind: 'instance-connect-endpoint' }
  | { readonly kind: 'jump-host'; readonly jump: JumpHost };

/** The readers of keys, which belong to the SSH side, and where the job's SSH agent listens (`SSH_AUTH_SOCK`, or empty). */
export interface KeyReaders {
  readonly parsePrivateKey: (text: string, passphrase: string) => PrivateKey | { readonly problem: string };
  readonly parseHostKeys: (text: string) => {
    readonly rules: readonly HostKeyRule[];
    readonly problems: readonly string[];
  };
  readonly agentSocket: string;
}

/** Reads the SSH inputs; no problem ever shows a key. */
export function readSsh(inputs: Inputs, readers: KeyReaders): Ssh {
  const user = inputs.matching('ssh-user', /^[A-Za-z_][A-Za-z0-9._-]{0,31}$/, 'a user name');
  const login = readLogin(inputs, readers);
  const hostKeys = readHostKeys(inputs, readers, 'ssh-host-key');
  if (inputs.text('host') !== '' && hostKeys.some(rule => rule.kind === 'ec2-console')) {
    inputs.refuse(
      'ssh-host-key',
      'ec2-console only with instance-id, instance-filters or auto-scaling-group: a plain host has no console to ask',
    );
  }
  return {
    user,
    port: inputs.number('ssh-port', 1, 65_535),
    login,
    route: readRoute(inputs, readers, user, login),
    hostKeys,
  };
}

function readLogin(inputs: Inputs, readers: KeyReaders): Ssh['login'] {
  const kind = inputs.oneOf('ssh-auth', ['key', 'agent', 'instance-connect']);
  switch (kind) {
    case 'key':
      return { kind, key: readKey(inputs, readers, 'ssh-private-key', 'ssh-passphrase') };
    case 'agent':
      if (readers.agentSocket === '')
        inputs.refuse('ssh-auth', 'agent only where SSH_AUTH_SOCK names the socket of an SSH agent');
      return { kind, socket: readers.agentSocket };
    case 'instance-connect':
      if (inputs.text('host') !== '')
        inputs.refuse('ssh-auth', 'instance-connect only for instances of EC2, not with host');
      return { kind };
  }
}

function readRoute(inputs: Inputs, readers: KeyReaders, user: string, login: Ssh['login']): Route {
  const kind = inputs.oneOf('via', ['direct', 'instance-connect-endpoint']);
  if (inputs.text('ssh-jump-host') !== '') {
    if (kind !== 'direct') inputs.refuse('ssh-jump-host', 'nothing with via: instance-connect-endpoint');
    return { kind: 'jump-host', jump: readJumpHost(inputs, readers, user, login) };
  }
  if (kind === 'instance-connect-endpoint' && inputs.text('host') !== '')
    inputs.refuse('via', 'instance-connect-endpoint only for instances of EC2, not with host');
  if (kind === 'instance-connect-endpoint' && inputs.text('ssh-port') !== '22')
    inputs.refuse('ssh-port', '22 with via: instance-connect-endpoint, which reaches no other port');
  return { kind };
}

/** A private key from an input and its passphrase from another. */
export function readKey(
  inputs: Inputs,
  readers: KeyReaders,
  name: 'ssh-private-key' | 'ssh-jump-private-key',
  passphrase: 'ssh-passphrase' | 'ssh-jump-passphrase',
): PrivateKey {
  const key = readers.parsePrivateKey(inputs.text(name), inputs.text(passphrase));
  if (!('problem' in key)) return key;
  inputs.refuseSecret(name, `an OpenSSH or PEM private key; what was given ${key.problem}`);
  return { text: '', passphrase: undefined };
}

/** The rules of an input for host keys; at least one, or a problem. */
export function readHostKeys(
  inputs: Inputs,
  readers: KeyReaders,
  name: 'ssh-host-key' | 'ssh-jump-host-key',
): readonly HostKeyRule[] {
  const { rules, problems } = readers.parseHostKeys(inputs.text(name));
  for (const problem of problems)
    inputs.refuse(name, `known_hosts lines, SHA256:… fingerprints or ec2-console; ${problem}`);
  if (rules.length === 0 && problems.length === 0) {
    inputs.refuse(
      name,
      'the host key, without which nobody knows who answers: on the host, ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub prints its SHA256:… fingerprint; or ec2-console',
    );
  }
  return rules;
}
