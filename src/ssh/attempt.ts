import { createConnection } from 'node:net';
import ssh2 from 'ssh2';
import { Failure } from '../failure.ts';
import { describeAgreement, Negotiation, serverHostKeys } from './algorithms.ts';
import { askCertificate } from './ask-certificate.ts';
import { hasAuthority, parseCertificate, whyNotCertified } from './host-certificate.ts';
import { fingerprint, type HostKeyRule, trustOnly } from './host-key.ts';
import { type HostKeyVerdict, judgeHostKey } from './judge-host-key.ts';
import { proveWith } from './login.ts';
import { explainAttempt, messageOf, NotYet, nameOf, type Role, refuseAgent } from './refusals.ts';
import type { SshTarget } from './ssh-target.ts';

export interface AttemptPatience {
  readonly signal: AbortSignal;
  /** What was agreed with the host, a line each, for the debug log. */
  readonly onDetail: (line: string) => void;
}

/** A client that is logged in, the key that the host showed, and how long its sshd took to answer the simplest question. */
export interface LoggedIn {
  readonly client: ssh2.Client;
  readonly hostKey: Buffer;
  readonly roundTripMs: number;
}

const attemptMs = 15_000;

/**
 * Connects and logs in, once. Throws a Failure where another try is of no use: host-key-unknown, host-key-mismatch,
 * auth-refused, host-unfit; else an Error.
 */
export async function attempt(target: SshTarget, role: Role, patience: AttemptPatience): Promise<LoggedIn> {
  const { onDetail } = patience;
  const { rules, trouble } = await certifiedRules(target, role, patience);
  const asked = { at: 0, answeredAt: 0 };
  const proof = await proveWith(target.login).catch((error: unknown) => {
    throw error instanceof Failure ? error : refuseAgent(role, messageOf(error));
  });
  // First the socket: ssh2's client is loaded while the host answers.
  const sock =
    (await target.open?.(patience.signal, onDetail)) ?? createConnection(target.port, target.address);
  const client = new ssh2.Client();
  const negotiation = new Negotiation();
  const seen: { verdict?: HostKeyVerdict; key: Buffer } = { key: Buffer.alloc(4) };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Nagle's algorithm would hold each small packet back until the one before it is acknowledged.
  client.once('connect', () => client.setNoDelay(true));
  client.once('handshake', agreed => {
    asked.at = performance.now();
    onDetail(describeAgreement(agreed));
  });
  // A stream of another's may tell its end by an error and by its close.
  client.once('ready', resolve).on('error', reject);
  client.once('close', () => reject(new Error('the host closed the connection')));
  client.connect({
    sock,
    username: target.user,
    ...proof.options,
    readyTimeout: attemptMs,
    keepaliveInterval: 5000,
    keepaliveCountMax: 3,
    algorithms: { serverHostKey: serverHostKeys(rules) },
    debug: line => {
      if (line.startsWith('Inbound: Received SERVICE_ACCEPT')) asked.answeredAt = performance.now();
      negotiation.hear(line);
    },
    hostVerifier: (shown: Buffer) => {
      seen.key = shown;
      onDetail(`${nameOf(target, role)} shows the host key ${fingerprint(shown)}`);
      seen.verdict = judgeHostKey(shown, target, rules);
      return seen.verdict.kind === 'trusted';
    },
  });
  try {
    await promise;
  } catch (error) {
    client.destroy();
    sock.destroy();
    const { verdict } = seen;
    throw explainAttempt({ target, role, error, verdict, certificate: trouble, negotiation, proof });
  }
  return { client, hostKey: seen.key, roundTripMs: asked.answeredAt - asked.at };
}

/**
 * What the rules come to: where an authority may certify the host and has, the certified key alone. Gives the trouble
 * there is with the certificate, a sentence without its end; the key may then still be known by itself.
 */
async function certifiedRules(
  target: SshTarget,
  role: Role,
  { signal, onDetail }: AttemptPatience,
): Promise<{ readonly rules: readonly HostKeyRule[]; readonly trouble?: string }> {
  const rules = target.hostKeys;
  if (!hasAuthority(rules, target)) return { rules };
  const where = nameOf(target, role);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]);
  const stream = (await target.open?.(signal, onDetail)) ?? createConnection(target.port, target.address);
  const blob = await askCertificate(stream, limit).catch((error: unknown) => {
    throw new NotYet(role === 'host' ? messageOf(error) : `${where}: ${messageOf(error)}`);
  });
  if (blob === undefined)
    return { rules, trouble: 'It has no host certificate for the @cert-authority line' };
  const certificate = parseCertificate(blob);
  if (certificate === undefined)
    return { rules, trouble: 'Its host certificate is of a kind that is not known' };
  const trouble = whyNotCertified(certificate, target, rules, Date.now());
  if (trouble !== undefined) return { rules, trouble: `Its host certificate ${trouble}` };
  onDetail(`${where} shows a host certificate for the key ${fingerprint(certificate.key)}`);
  const revoked = rules.filter(rule => rule.kind === 'key' && rule.use === 'revoked');
  return { rules: [trustOnly(certificate.key), ...revoked] };
}
