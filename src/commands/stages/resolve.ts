import type { FoundHost } from '../../aws/find-host.ts';
import type { NewReleaseConfig } from '../../config/new-release.ts';
import type { HostConfig } from '../../config.ts';
import { Failure, nothingContacted } from '../../failure.ts';
import type { Jar } from '../../jar/read-jar.ts';
import { formatBytes } from '../../report/format.ts';
import type { World } from '../world.ts';

/** Builds where asked to, and finds the jar. Gives its path; contacts nobody. */
export async function resolveJar(config: NewReleaseConfig, world: World): Promise<string> {
  await build(config, world);
  return await world.findJar(config.jar);
}

/** Reads the jar, which may go on while the host is found and connected to. */
export async function readJar(path: string, world: World): Promise<Jar> {
  const jar = await world.readJar(path);
  world.log.info(
    `jar ${jar.path}: ${formatBytes(jar.bytes)}, sha256 ${jar.sha256}, main class ${jar.mainClass}`,
  );
  return jar;
}

/** Finds the hosts. Contacts AWS alone. */
export async function resolveHosts(config: HostConfig, world: World): Promise<readonly FoundHost[]> {
  const hosts = await world.findHosts(config.target, config.address);
  for (const host of hosts) {
    world.log.info(`host ${host.address}${host.instance ? ` (${host.instance.id})` : ''}: ${host.how}`);
  }
  return hosts;
}

async function build(config: NewReleaseConfig, world: World): Promise<void> {
  if (config.buildCommand === '') return;
  const code = await world.runCommand(config.buildCommand, {});
  if (code === 0) return;
  throw new Failure({
    reason: 'build-failed',
    message: `build-command '${config.buildCommand}' ended with status ${code}.`,
    traffic: nothingContacted,
    remedy: 'Its output is above: mend the build and run again.',
  });
}
