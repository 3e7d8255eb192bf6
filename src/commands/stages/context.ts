import type { FoundHost } from '../../aws/find-host.ts';
import type { DeployConfig, HostConfig, SwitchConfig } from '../../config.ts';
import type { Jar } from '../../jar/read-jar.ts';
import type { Color } from '../../report/host-report.ts';
import type { HostConnection } from '../host-connection.ts';
import type { World } from '../world.ts';

/** What one command to one host is about. */
export interface HostTarget<C extends HostConfig = HostConfig> {
  readonly config: C;
  readonly world: World;
  readonly host: FoundHost;
}

/** The same once the host is connected, for a command that moves the traffic. */
export interface HostRun<C extends SwitchConfig = SwitchConfig> extends HostTarget<C> {
  readonly connection: HostConnection;
}

/** What is the same for all stages of one deploy to one host. */
export interface HostDeploy extends HostRun<DeployConfig> {
  readonly jar: Jar;
}

/** The release that the traffic goes to, and the color it takes. */
export interface NextRelease {
  readonly name: string;
  readonly color: Color;
}
