import type { SandboxHost } from '../host.ts';
import type { Fault } from './fault.ts';

/** Kills every nginx process of the host, each by its id, so that none can end in order. Healed: nginx is started. */
export async function killNginx(host: SandboxHost): Promise<Fault> {
  await host.sh(`
    ids=$(pidof nginx) || { echo 'no nginx runs' >&2; exit 1; }
    kill -KILL $ids
    for id in $ids; do
      while [ -e /proc/$id ]; do sleep 0.01; done
    done`);
  return {
    heal: async () => {
      await host.sh('systemctl start nginx');
    },
  };
}

/** Another hand leaves a file in conf.d that nginx refuses; the running nginx goes on. Healed: the file is gone. */
export async function breakNginxConfiguration(host: SandboxHost): Promise<Fault> {
  const file = '/etc/nginx/conf.d/of-another.conf';
  await host.sh(`echo 'server { liste 8090; }' >${file}; ! nginx -t 2>/dev/null`);
  return {
    heal: async () => {
      await host.sh(`rm -f ${file}`);
    },
  };
}
