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

/** The process that listens there; 0 when none does. */
export const jarOnPort = async (host: SandboxHost, port: number): Promise<number> =>
  Number(await host.sh(`ss -Hltnp 'sport = :${port}' | sed -n 's/.*pid=\\([0-9]*\\).*/\\1/p'`));

/** Ends what listens there, as a crash would. */
export const stopAt = async (host: SandboxHost, port: number): Promise<void> => {
  await host.sh(`kill -KILL ${await jarOnPort(host, port)}; sleep 0.5`);
};

/** Starts the old jar as the note says that setup left: its user, its folder, its command. */
export async function startAgain(host: SandboxHost, note: string, port: number): Promise<void> {
  const [user = '', folder = '', command = ''] = ['user', 'folder', 'command'].map(
    key => new RegExp(`^${key}: (.*)$`, 'm').exec(note)?.[1],
  );
  await host.sh(`su - ${user} -c bash <<'TYPED'
cd ${folder}
nohup ${command} >nohup.out 2>&1 </dev/null &
for try in $(seq 100); do curl -sf http://127.0.0.1:${port}/ >/dev/null && exit 0; sleep 0.1; done; exit 1
TYPED`);
}
