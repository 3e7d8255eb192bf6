import type { HostKeyRule } from '../ssh/host-key.ts';
import type { Inputs } from './inputs.ts';
import { type KeyReaders, type Login, readHostKeys, readKey, type Ssh } from './ssh.ts';

/** A host on the way to the host. */
export interface JumpHost {
  readonly user: string;
  readonly address: string;
  readonly port: number;
  readonly login: Login;
  readonly hostKeys: readonly HostKeyRule[];
}

const accepted = '[user@]host[:port], such as jump.example.com, ops@10.0.0.5:2222 or [2001:db8::1]:22';

/** Reads the inputs of the jump host; without a key of its own the login is that of the host. */
export function readJumpHost(
  inputs: Inputs,
  readers: KeyReaders,
  user: string,
  login: Ssh['login'],
): JumpHost {
  const [, givenUser, bracketed, plain, port] =
    /^(?:([A-Za-z_][A-Za-z0-9._-]{0,31})@)?(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9][A-Za-z0-9.-]{0,252}))(?::(\d{1,5}))?$/.exec(
      inputs.text('ssh-jump-host'),
    ) ?? [];
  const address = bracketed ?? plain;
  if (address === undefined || Number(port ?? 22) > 65_535 || Number(port ?? 22) === 0)
    inputs.refuse('ssh-jump-host', accepted);
  const hostKeys = readHostKeys(inputs, readers, 'ssh-jump-host-key');
  if (hostKeys.some(rule => rule.kind === 'ec2-console'))
    inputs.refuse(
      'ssh-jump-host-key',
      'known_hosts lines or fingerprints; a jump host has no console to ask',
    );
  return {
    user: givenUser ?? user,
    address: address ?? '',
    port: Number(port ?? 22),
    login: readJumpLogin(inputs, readers, login),
    hostKeys,
  };
}

function readJumpLogin(inputs: Inputs, readers: KeyReaders, login: Ssh['login']): Login {
  if (inputs.text('ssh-jump-private-key') !== '')
    return { kind: 'key', key: readKey(inputs, readers, 'ssh-jump-private-key', 'ssh-jump-passphrase') };
  if (login.kind !== 'instance-connect') return login;
  inputs.refuseSecret(
    'ssh-jump-private-key',
    'a private key: instance-connect lets nobody into the jump host',
  );
  return { kind: 'key', key: { text: '', passphrase: undefined } };
}
