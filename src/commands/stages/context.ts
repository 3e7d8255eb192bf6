import type { FoundHost } from '../../aws/find-host.ts';
import type { Config } from '../../config.ts';
import type { Jar } from '../../jar/read-jar.ts';
import type { Color } from '../../report/host-report.ts';
import type { HostConnection } from '../host-connection.ts';
import type { World } from '../world.ts';

/** What one command to one host is about. */
export interface HostTarget {
  readonly config: Config;
  readonly world: World;
  readonly host: FoundHost;
}

/** What is the same for all stages of one deploy to one host. */
export interface Deploy extends HostTarget {
  readonly jar: Jar;
}

/** The same once the host is connected. */
export interface HostDeploy extends Deploy {
  readonly connection: HostConnection;
}

/** The new release and the color it takes. */
export interface NewRelease {
  readonly name: string;
  readonly color: Color;
}
