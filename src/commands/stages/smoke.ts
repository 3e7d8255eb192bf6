import { Failure, type FailureText } from '../../failure.ts';
import { evidenceIn } from '../../host/evidence.ts';
import type { HostRun, NextRelease } from './context.ts';
import { revert } from './revert.ts';

/**
 * Runs smoke-command here, with BLUEGREEN_URL leading to the new release on its idle port. Throws a Failure
 * (smoke-failed) when it ends with another status than 0, with the new release stopped.
 */
export async function smoke(deploy: HostRun, release: NextRelease): Promise<void> {
  const { config, world } = deploy;
  let { status, refused, isBroken } = await runThroughTunnel(deploy, release);
  if (status !== 0 && isBroken) {
    world.log.info('the SSH connection broke meanwhile, and the tunnel with it: running smoke-command again');
    ({ status, refused, isBroken } = await runThroughTunnel(deploy, release));
  }
  if (status === 0) return;
  const stopped = await stop(deploy, release);
  throw new Failure({
    reason: 'smoke-failed',
    message: `smoke-command '${config.smokeCommand}' ended with status ${status}. ${stopped.sentence}${
      refused === undefined ? '' : ` The host refused a connection through the tunnel to it: ${refused}.`
    }`,
    traffic: '',
    remedy:
      refused === undefined
        ? 'Its output is above: mend what it found, and deploy again.'
        : 'Its output is above. If sshd on the host forbids forwarding, permit it for this user: AllowTcpForwarding local.',
    ...stopped.shown,
  });
}

/** Gives the command's status, and why the host refused a connection of it, if it did. */
async function runThroughTunnel(
  { config, world, connection }: HostRun,
  release: NextRelease,
): Promise<{ readonly status: number; readonly refused: string | undefined; readonly isBroken: boolean }> {
  const tunnel = await connection.openTunnel(config.ports[release.color]);
  const status = await world
    .runCommand(config.smokeCommand, {
      BLUEGREEN_URL: `http://127.0.0.1:${tunnel.port}`,
      BLUEGREEN_RELEASE: release.name,
      BLUEGREEN_COLOR: release.color,
    })
    .finally(() => tunnel.close());
  return { status, refused: tunnel.whyRefused(), isBroken: tunnel.isBroken() };
}

/** Stops the new release; where that fails, it is said and does not hide why it was to be stopped. */
async function stop(
  deploy: HostRun,
  release: NextRelease,
): Promise<{ readonly sentence: string; readonly shown: Pick<FailureText, 'evidence' | 'cause'> }> {
  try {
    const facts = await revert(deploy, release);
    return { sentence: `${release.name} was stopped.`, shown: evidenceIn(facts) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const sentence = `${release.name} could not be stopped and may still run on the idle port: ${error.text.message}`;
    return { sentence, shown: {} };
  }
}
