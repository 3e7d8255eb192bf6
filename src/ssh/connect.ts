import type { Duplex } from 'node:stream';
import pRetry from 'p-retry';
import ssh2 from 'ssh2';
import { Failure, nothingChanged, nothingContacted, type Reason } from '../failure.ts';
import {
  fingerprint,
  type HostKeyRule,
  type HostKeyVerdict,
  judgeHostKey,
  namedKeyTypes,
  trustOnly,
} from './host-key.ts';
import type { PrivateKey } from './private-key.ts';
import { openSession, type Session } from './session.ts';

export interface SshTarget {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly login: SshLogin;
  /** Makes the stream to sshd, where it is no connection of our own. */
  readonly open?: (signal: AbortSignal) => Promise<Duplex>;
  readonly hostKeys: readonly HostKeyRule[];
  /** All names of the host, for known_hosts lines. */
  readonly names: readonly string[];
}

/** What proves who logs in. */
export type SshLogin =
  | { readonly kind: 'key'; readonly key: PrivateKey }
  | { readonly kind: 'agent'; readonly socket: string };

export interface ConnectPatience {
  /** How long a host may take until its sshd answers, in ms. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  readonly onRetry: (why: string) => void;
  /** What was agreed with the host, a line each, for the debug log. */
  readonly onDetail: (line: string) => void;
}

/**
 * Connects and authenticates. A host that is still booting (no route, refused, no greeting) is tried
 * again within the patience; a wrong host key or a refused key never.
 * Throws a Failure: host-key-unknown, host-key-mismatch, auth-refused, unreachable.
 */
export async function connect(target: SshTarget, patience: ConnectPatience): Promise<Session> {
  const until = Date.now() + patience.patienceMs;
  return await pRetry(() => connectOnce(target, patience), {
    retries: 100,
    factor: 1.5,
    minTimeout: 500,
    maxTimeout: 5000,
    maxRetryTime: patience.patienceMs,
    signal: patience.signal,
    shouldRetry: ({ error }) => !(error instanceof Failure),
    onFailedAttempt: ({ error }) => {
      if (!(error instanceof Failure) && Date.now() < until) patience.onRetry(error.message);
    },
  }).catch((error: unknown) => {
    if (error instanceof Failure) throw error;
    throw new Failure({
      reason: 'unreachable',
      message: `${target.address}:${target.port} could not be reached over SSH within ${Math.round(patience.patienceMs / 1000)} s: ${messageOf(error)}.`,
      traffic: nothingContacted,
      remedy:
        'Check that the host runs, that its security group lets this runner in on the SSH port, and that address and ssh-port are right.',
    });
  });
}

async function connectOnce(target: SshTarget, { signal, onDetail }: ConnectPatience): Promise<Session> {
  const sock = await target.open?.(signal);
  const client = new ssh2.Client();
  const seen: { verdict?: HostKeyVerdict; key: Buffer } = { key: Buffer.alloc(4) };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Nagle's algorithm would hold each small packet back until the one before it is acknowledged.
  client.once('connect', () => client.setNoDelay(true));
  client.once('handshake', agreed => onDetail(describeAgreement(agreed)));
  client.once('ready', resolve).once('error', reject);
  client.once('close', () => reject(new Error('the host closed the connection')));
  client.connect({
    ...(sock === undefined ? { host: target.address, port: target.port } : { sock }),
    username: target.user,
    ...proofOf(target.login),
    readyTimeout: 15_000,
    keepaliveInterval: 5000,
    keepaliveCountMax: 3,
    algorithms: { serverHostKey: serverHostKeys(target.hostKeys) },
    hostVerifier: (shown: Buffer) => {
      seen.key = shown;
      onDetail(`${target.address}:${target.port} shows the host key ${fingerprint(shown)}`);
      seen.verdict = judgeHostKey(shown, target.names, target.port, target.hostKeys);
      return seen.verdict.kind === 'trusted';
    },
  });
  try {
    await promise;
  } catch (error) {
    client.on('error', () => undefined);
    client.destroy();
    throw explain(error, target, seen.verdict);
  }
  return openSession(client, trustOnly(seen.key));
}

function proofOf(login: SshLogin): ssh2.ConnectConfig {
  if (login.kind === 'agent') return { agent: login.socket, authHandler: ['agent'] };
  const { text, passphrase } = login.key;
  return {
    privateKey: text,
    ...(passphrase === undefined ? {} : { passphrase }),
    authHandler: ['publickey'],
  };
}

const describeAgreement = ({ kex, serverHostKey, cs, sc }: ssh2.NegotiatedAlgorithms): string =>
  `SSH algorithms: key exchange ${kex}, host key ${serverHostKey}, to the host ${describeWay(cs)}, from the host ${describeWay(sc)}`;

const describeWay = ({ cipher, mac, compress }: ssh2.NegotiatedAlgorithms['cs']): string =>
  [cipher, mac, compress === 'none' ? '' : compress].filter(Boolean).join(' ');

/** Which host keys to ask the host for: those that are known; without any, what ssh2 prefers. */
function serverHostKeys(rules: readonly HostKeyRule[]): ssh2.ServerHostKeyAlgorithm[] {
  const all: ssh2.ServerHostKeyAlgorithm[] = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ];
  const named = namedKeyTypes(rules);
  if (named.length === 0) return all;
  const known = all.filter(one => named.includes(one.startsWith('rsa-') ? 'ssh-rsa' : one));
  return rules.some(rule => rule.kind === 'fingerprint')
    ? [...known, ...all.filter(one => !known.includes(one))]
    : known;
}

function explain(error: unknown, target: SshTarget, verdict: HostKeyVerdict | undefined): Error {
  const where = `${target.address}:${target.port}`;
  if (verdict?.kind === 'unknown') {
    return stop(
      'host-key-unknown',
      `${where} shows the host key ${verdict.shown}, and no line of ssh-host-key speaks of ${target.names.join(', ')}.`,
      `Compare it with the key on the host itself (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub); if it is the same, give ssh-host-key: ${verdict.shown}`,
    );
  }
  if (verdict?.kind === 'mismatch') {
    return stop(
      'host-key-mismatch',
      `${where} shows the host key ${verdict.shown}, but ssh-host-key says ${verdict.expected.join(' or ')}.`,
      'If the host was rebuilt, give its new key. If not, somebody may stand between this runner and the host: do not go on.',
    );
  }
  const level = error instanceof Error && 'level' in error ? error.level : undefined;
  if (level === 'client-authentication') {
    return stop(
      'auth-refused',
      `sshd on ${where} refused the key for the user ${target.user}.`,
      `Put the public half of ssh-private-key into ~${target.user}/.ssh/authorized_keys, or correct ssh-user.`,
    );
  }
  if (level === 'handshake' && /no matching/i.test(messageOf(error))) {
    return stop(
      'host-key-unknown',
      `${where} has no host key of the kind that ssh-host-key names (${namedKeyTypes(target.hostKeys).join(', ')}).`,
      'Give the line for a key the host has: ssh-keyscan from a machine you trust, compared on the host.',
    );
  }
  return new Error(messageOf(error));
}

const stop = (reason: Reason, message: string, remedy: string): Failure =>
  new Failure({ reason, message, traffic: nothingChanged, remedy });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
