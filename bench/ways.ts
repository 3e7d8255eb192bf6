import type { SandboxHost } from '../sandbox/host.ts';
import { deploy, JAVA_OPTS, jarAt } from './action.ts';
import { FULL_LOAD } from './full-load.ts';
import { copyTo } from './host.ts';
import { installPlainSite } from './plain-site.ts';

/** A way of deploying: what makes the first release, and then each further one. */
export interface Way {
  readonly name: string;
  /** Deploys under one run of load, which may take 900 s at most. */
  readonly batch: number;
  /** How long to wait between two deploys. */
  readonly pauseMs: number;
  /** Whether it waits for requests in flight before it stops an app. */
  readonly drains: boolean;
  /** How many WebSockets of the load to open. */
  readonly webSockets: number;
  readonly prepare: (host: SandboxHost, jars: readonly string[]) => Promise<void>;
  readonly deploy: (host: SandboxHost, jars: readonly string[], turn: number) => Promise<void>;
}

/** The action in one of its switch modes. */
export const byAction = (mode: 'instant' | 'reload'): Way => ({
  name: `\`${mode}\``,
  batch: 25,
  pauseMs: 1000,
  drains: true,
  webSockets: FULL_LOAD.webSockets,
  prepare: async (host, jars) => {
    await deploy(host, jarAt(jars, 0), { switch: mode });
  },
  deploy: async (host, jars, turn) => {
    await deploy(host, jarAt(jars, turn), { switch: mode });
  },
});

/** The tutorials' script and server block. */
export const plainWay: Way = {
  name: 'plain way',
  batch: 10,
  // The next deploy kills the app before the last one, whether or not requests are on it.
  pauseMs: 45_000,
  drains: false,
  // Its site passes none.
  webSockets: 0,
  prepare: async (host, jars) => {
    for (const [index, jar] of jars.entries()) await copyTo(host, jar, `/srv/plain/${index}.jar`);
    await copyTo(host, new URL('plain-deploy.sh', import.meta.url).pathname, '/srv/plain/deploy.sh');
    await installPlainSite(host, 8081);
    await deployPlainly(host, jars, 0);
  },
  deploy: deployPlainly,
};

async function deployPlainly(host: SandboxHost, jars: readonly string[], turn: number): Promise<void> {
  await host.sh(
    `export JAVA_OPTS='${JAVA_OPTS}'; sh /srv/plain/deploy.sh /srv/plain/${turn % jars.length}.jar`,
  );
}
