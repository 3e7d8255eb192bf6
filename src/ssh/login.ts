import ssh2 from 'ssh2';
import { fingerprint } from './host-key.ts';
import type { PrivateKey } from './private-key.ts';

/** What proves who logs in. */
export type SshLogin =
  | { readonly kind: 'key'; readonly key: PrivateKey }
  | { readonly kind: 'agent'; readonly socket: string }
  | {
      /** A key that EC2 lets in for a short time after it was pushed. */
      readonly kind: 'instance-connect';
      readonly key: PrivateKey;
      /** Sees to it that the key is let in; called before each attempt. */
      readonly push: () => Promise<void>;
    };

/** A login that is ready to be tried, and what sshd said to it. */
export interface Proof {
  readonly options: ssh2.ConnectConfig;
  /** What is offered, for people. */
  readonly offered: string;
  /** The methods that sshd would go on with after its refusal; undefined when it did not say. */
  accepted(): { readonly methods: readonly string[]; readonly isPartial: boolean } | undefined;
}

/**
 * Makes a login ready. Throws an Error, a sentence without its end,
 * when the agent cannot be asked or has no key, and what `push` throws.
 */
export async function proveWith(login: SshLogin): Promise<Proof> {
  let accepted: { methods: readonly string[]; isPartial: boolean } | undefined;
  const method = login.kind === 'agent' ? 'agent' : 'publickey';
  let isTried = false;
  // Once and nothing else: sshd counts the tries, and each costs a round trip.
  const authHandler = (left: readonly string[] | null, isPartial: boolean | null): unknown => {
    if (left !== null) accepted = { methods: left, isPartial: isPartial === true };
    if (isTried) return false;
    isTried = true;
    return method;
  };
  const rest = { accepted: () => accepted };
  if (login.kind === 'instance-connect') await login.push();
  if (login.kind !== 'agent') {
    const { text, passphrase } = login.key;
    const key = { privateKey: text, ...(passphrase === undefined ? {} : { passphrase }) };
    return { ...rest, options: { ...key, authHandler }, offered: 'the key' };
  }
  const agent = new ssh2.OpenSSHAgent(login.socket);
  const prints = await identitiesOf(agent, login.socket);
  const many = prints.length === 1 ? 'the key' : `each of the ${prints.length} keys`;
  const offered = `${many} of the SSH agent (${prints.slice(0, 10).join(', ')})`;
  return { ...rest, options: { agent, authHandler }, offered };
}

/** The fingerprints of the keys that the agent holds and that can be used. */
async function identitiesOf(agent: ssh2.OpenSSHAgent, socket: string): Promise<readonly string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly ssh2.ParsedKey[]>();
  const limit = setTimeout(() => reject(new Error('it does not answer')), 15_000);
  agent.getIdentities((error, keys) =>
    error ? reject(error) : resolve((keys ?? []).flatMap(key => ('pubKey' in key ? [] : [key]))),
  );
  const keys = await promise
    .catch((error: unknown) => {
      throw new Error(
        `No SSH agent can be asked at ${socket}, where SSH_AUTH_SOCK points: ${error instanceof Error ? error.message : String(error)}`,
      );
    })
    .finally(() => clearTimeout(limit));
  if (keys.length === 0) throw new Error(`The SSH agent at ${socket} holds no key, or is locked`);
  return keys.map(key => fingerprint(key.getPublicSSH()));
}
