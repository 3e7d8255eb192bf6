import type { TestContext } from 'node:test';
import { connect } from '../../src/ssh/connect.ts';
import { parseHostKeys } from '../../src/ssh/host-key.ts';
import type { Session } from '../../src/ssh/session.ts';
import type { MadeKey } from './made-keys.ts';
import type { SshHost } from './ssh-host.ts';

/** Connects to an SSH server of these keys; session and server end with the test. */
export async function connectTo(
  t: TestContext,
  host: SshHost,
  hostKey: MadeKey,
  userKey: MadeKey,
): Promise<Session> {
  const session = await connect(
    {
      address: '127.0.0.1',
      port: host.port,
      user: 'deployer',
      login: { kind: 'key', key: { text: userKey.privateText, passphrase: undefined } },
      hostKeys: parseHostKeys(hostKey.fingerprint).rules,
      names: ['127.0.0.1'],
    },
    { patienceMs: 5000, signal: t.signal, onRetry: () => undefined, onDetail: () => undefined },
  );
  t.after(async () => {
    session.end();
    await host.stop();
  });
  return session;
}
