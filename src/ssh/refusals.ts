import { Failure, nothingChanged, type Reason } from '../failure.ts';
import type { Negotiation } from './algorithms.ts';
import { namedKeyTypes } from './host-key.ts';
import type { HostKeyVerdict } from './judge-host-key.ts';
import type { Proof } from './login.ts';
import type { SshTarget } from './ssh-target.ts';

/** Which of the hosts on the way it is, and by what inputs it is described. */
export type Role = 'host' | 'jump-host';

const words = {
  host: { hostKey: 'ssh-host-key', privateKey: 'ssh-private-key', user: 'ssh-user', prefix: '' },
  'jump-host': {
    hostKey: 'ssh-jump-host-key',
    privateKey: 'ssh-jump-private-key (or ssh-private-key, where that is not given)',
    user: 'the user in ssh-jump-host',
    prefix: 'the jump host ',
  },
} as const;

/** What may succeed a moment later: a host that boots, a port that is not open yet. */
export class NotYet extends Error {
  readonly remedy: string | undefined;

  constructor(message: string, remedy?: string) {
    super(message);
    this.name = 'NotYet';
    this.remedy = remedy;
  }
}

/** Everything that was seen of an attempt that failed. */
export interface Attempt {
  readonly target: SshTarget;
  readonly role: Role;
  readonly error: unknown;
  readonly verdict: HostKeyVerdict | undefined;
  /** What is wrong with the host's certificate, where an authority is known; a sentence without its end. */
  readonly certificate: string | undefined;
  readonly negotiation: Negotiation;
  readonly proof: Proof;
}

/** The host in a sentence. */
export const nameOf = ({ address, port }: SshTarget, role: Role): string =>
  `${words[role].prefix}${address}:${port}`;

/** Why an attempt failed: a Failure where another try is of no use, else a NotYet. */
export function explainAttempt(attempt: Attempt): Failure | NotYet {
  const { error, verdict, role, target } = attempt;
  if (verdict !== undefined && verdict.kind !== 'trusted') return refuseHostKey(attempt, verdict);
  const why = messageOf(error);
  const level = error instanceof Error && 'level' in error ? error.level : undefined;
  if (level === 'client-authentication' || /too many authentication failures/i.test(why))
    return refuseLogin(attempt, why);
  if (level === 'agent')
    return refuseAgent(role, `The SSH agent did not sign with the key that sshd asked for: ${why}`);
  const disagreement = attempt.negotiation.disagreement(why);
  if (disagreement !== undefined) return refuseAlgorithms(attempt, disagreement);
  if (level === 'client-timeout' && verdict !== undefined) {
    const asked =
      target.login.kind === 'agent' ? ', also if the SSH agent asks somebody before it signs' : '';
    return new NotYet(
      `${nameOf(target, role)} did not end the login of ${target.user} in time`,
      `Look what sshd waits for on the host (journalctl -u ssh -u sshd)${asked}.`,
    );
  }
  if (role === 'host') return new NotYet(why);
  return new NotYet(
    `${nameOf(target, role)}: ${why}`,
    'Check that the jump host runs, that it lets this runner in on its SSH port, and that ssh-jump-host is right.',
  );
}

function refuseHostKey(
  { target, role, certificate }: Attempt,
  verdict: Exclude<HostKeyVerdict, { readonly kind: 'trusted' }>,
): Failure {
  const where = capitalized(nameOf(target, role));
  const input = words[role].hostKey;
  const also = certificate === undefined ? '' : ` ${certificate}.`;
  if (verdict.kind === 'unknown') {
    return stop(
      'host-key-unknown',
      `${where} shows the host key ${verdict.shown}, and no line of ${input} speaks of ${target.names.join(', ')}${certificate === undefined ? '' : ' but for @cert-authority'}.${also}`,
      `Compare it with the key on the host itself (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub); if it is the same, give ${input}: ${verdict.shown}`,
    );
  }
  return stop(
    'host-key-mismatch',
    `${where} shows the host key ${verdict.shown}, but ${input} says ${verdict.expected.join(' or ') || 'that it is not to be trusted'}.${also}`,
    'If the host was rebuilt, give its new key. If not, somebody may stand between this runner and the host: do not go on.',
  );
}

function refuseLogin({ target, role, proof }: Attempt, why: string): Failure {
  const where = nameOf(target, role);
  const { user } = target;
  const accepted = proof.accepted();
  const { privateKey, user: userInput } = words[role];
  if (/too many/i.test(why)) {
    return stop(
      'auth-refused',
      `sshd on ${where} gave up after ${proof.offered} was offered for the user ${user}: it takes so many tries only.`,
      'Keep only the right key in the agent, put it first, or raise MaxAuthTries in sshd_config.',
    );
  }
  if (accepted?.isPartial) {
    return stop(
      'auth-refused',
      `sshd on ${where} accepted ${proof.offered} for the user ${user}, and asks for more: ${accepted.methods.join(', ')}.`,
      `Let ${user} log in with the key alone: AuthenticationMethods publickey in sshd_config.`,
    );
  }
  if (accepted !== undefined && accepted.methods.length > 0 && !accepted.methods.includes('publickey')) {
    return stop(
      'auth-refused',
      `sshd on ${where} lets the user ${user} in with no key at all, only with: ${accepted.methods.join(', ')}.`,
      'Allow keys: PubkeyAuthentication yes in sshd_config.',
    );
  }
  if (target.login.kind === 'instance-connect') {
    return stop(
      'auth-refused',
      `sshd on ${where} refused the key for the user ${user}, although EC2 Instance Connect has just handed it to the instance.`,
      `Check on the host that the package ec2-instance-connect is installed (images of Amazon Linux 2023 and Ubuntu have it), that sshd -T shows its authorizedkeyscommand, and that the user ${user} is there; or correct ssh-user.`,
    );
  }
  const isAgent = target.login.kind === 'agent';
  return stop(
    'auth-refused',
    `sshd on ${where} refused ${proof.offered} for the user ${user}.`,
    `Put the public half of ${isAgent ? 'one of them' : privateKey} into ~${user}/.ssh/authorized_keys, or correct ${userInput}.`,
  );
}

/** A login that the SSH agent makes impossible; `why` is a sentence without its end. */
export const refuseAgent = (role: Role, why: string): Failure =>
  stop(
    'auth-refused',
    `${why}.`,
    `Start an agent in an earlier step, add the key (ssh-add), and pass SSH_AUTH_SOCK on to this step; or give ${words[role].privateKey}.`,
  );

function refuseAlgorithms(
  { target, role }: Attempt,
  { kind, offers }: NonNullable<ReturnType<Negotiation['disagreement']>>,
): Failure {
  const where = capitalized(nameOf(target, role));
  const input = words[role].hostKey;
  const named = namedKeyTypes(target.hostKeys);
  if (kind === 'host key' && named.length > 0 && !isOutdated(offers.theirs)) {
    return stop(
      'host-key-unknown',
      `${where} has no host key of the kind that ${input} names (${named.join(', ')}); it has ${offers.theirs}.`,
      'Give the line for a key the host has: ssh-keyscan from a machine you trust, compared on the host.',
    );
  }
  return stop(
    'host-unfit',
    `${where} and this action have no ${kind} algorithm in common. The host takes ${offers.theirs}; the action takes ${offers.ours}.`,
    `Allow one of the latter in sshd_config. Those with SHA-1, CBC or RC4 are out of date and are not used.`,
  );
}

/** Whether nothing is offered but host keys that sign with SHA-1. */
const isOutdated = (offered: string): boolean =>
  offered.split(', ').every(name => ['ssh-rsa', 'ssh-dss'].includes(name));

const capitalized = (text: string): string => text.replace(/^the /, 'The ');

/** A failure before anything was done on the host. */
export const stop = (reason: Reason, message: string, remedy: string): Failure =>
  new Failure({ reason, message, traffic: nothingChanged, remedy });

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
