import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { SandboxHost } from '../../../sandbox/host.ts';
import { jarOf } from '../target.ts';

const run = promisify(execFile);
const scripts = ['profile.sh', 'stop.sh', 'start.sh', 'health.sh', 'switch.sh'] as const;

/** What a person types who is logged in as ec2-user. */
export const type = (host: SandboxHost, commands: string): Promise<string> =>
  host.sh(`su - ec2-user -c bash <<'TYPED'\nset -e\n${commands}\nTYPED`);

/** Sets a host up as the tutorials do; nothing serves yet. `listenWord` is added to each `listen`. */
export async function setUpByTutorial(host: SandboxHost, listenWord = ''): Promise<void> {
  const text = async (name: string): Promise<string> =>
    await readFile(new URL(name, import.meta.url), 'utf8');
  const nginxConf = (await text('nginx.conf')).replaceAll(/(listen .*);/g, `$1${listenWord};`);
  const files = await Promise.all(
    scripts.map(
      async name => `cat >/home/ec2-user/app/step3/${name} <<'SCRIPT'\n${await text(name)}\nSCRIPT\n`,
    ),
  );
  await host.sh(`mkdir -p /home/ec2-user/app/step3
    ${files.join('')}
    chown -R ec2-user: /home/ec2-user/app
    echo '@reboot ec2-user bash /home/ec2-user/app/step3/start.sh' >/etc/cron.d/shop
    cat >/etc/nginx/conf.d/service-url.inc <<'CONF'\n${await text('service-url.inc')}\nCONF
    cat >/etc/nginx/nginx.conf <<'CONF'\n${nginxConf}\nCONF
    nginx -t -q && systemctl reload nginx`);
}

/** One deploy in the tutorials' way, by their scripts. */
export async function deployByTutorial(host: SandboxHost, version: string): Promise<void> {
  const login = `${host.user}@${host.address}:app/step3/shop-${version}.jar`;
  const known = `UserKnownHostsFile=${host.knownHostsFile}`;
  await run('scp', ['-q', '-i', host.privateKeyFile, '-o', known, await jarOf(version), login]);
  await type(
    host,
    'cd app/step3; touch shop-*.jar; sleep 0.01; touch "$(ls shop-' +
      version +
      '.jar)"; bash stop.sh; bash start.sh; bash health.sh',
  );
}
