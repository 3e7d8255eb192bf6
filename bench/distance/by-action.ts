import { runAction } from '../../sandbox/runner.ts';
import { JAVA_OPTS } from '../action.ts';
import { ENV_LINES, type FarWay, type Place } from './way.ts';

const place: Place = { site: 80, ports: [8081, 8082] };

/** The committed bundle, called as the runner does, with the defaults of its inputs. */
export const byAction: FarWay = {
  place,
  prepare: async () => {},
  deploy: async ({ host, sshPort, jar }) => {
    let beganAt = 0;
    const run = await runAction(
      {
        host: '127.0.0.1',
        'ssh-port': `${sshPort}`,
        jar,
        app: 'shop',
        'ssh-private-key': host.privateKey,
        'ssh-host-key': host.knownHosts.replaceAll(/^\S+ /gm, ''),
        'java-opts': JAVA_OPTS,
        env: ENV_LINES,
      },
      {
        onStart: () => {
          beganAt = Date.now();
        },
      },
    );
    if (run.code !== 0 || run.outputs.outcome !== 'deployed')
      throw new Error(`the deploy failed with ${run.code}:\n${run.log}`);
    return { beganAt, totalMs: run.ms, told: tellStages(run.outputs.result ?? '') };
  },
};

function tellStages(result: string): string {
  const parsed: {
    readonly hosts: readonly {
      readonly stages: readonly { readonly stage: string; readonly ms: number }[];
    }[];
  } = JSON.parse(result);
  return parsed.hosts.flatMap(({ stages }) => stages.map(({ stage, ms }) => `${stage} ${ms}`)).join(', ');
}
