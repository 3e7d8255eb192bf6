import type { FoundHost } from '../../aws/find-host.ts';
import type { Config } from '../../config.ts';
import { Failure, nothingContacted } from '../../failure.ts';
import type { Jar } from '../../jar/read-jar.ts';
import { formatBytes } from '../../report/format.ts';
import type { World } from '../world.ts';

/** Builds where asked to, reads the jar, finds the hosts. Contacts AWS alone. */
export async function resolve(
  config: Config,
  world: World,
): Promise<{ readonly jar: Jar; readonly hosts: readonly FoundHost[] }> {
  await build(config, world);
  const jar = await world.readJar(await world.findJar(config.jar));
  world.log.info(
    `jar ${jar.path}: ${formatBytes(jar.bytes)}, sha256 ${jar.sha256}, main class ${jar.mainClass}`,
  );
  const hosts = await world.findHosts(config.target, config.address);
  for (const host of hosts) {
    world.log.info(`host ${host.address}${host.instanceId ? ` (${host.instanceId})` : ''}: ${host.how}`);
  }
  return { jar, hosts };
}

async function build(config: Config, world: World): Promise<void> {
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
