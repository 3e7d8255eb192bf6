import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SandboxHost } from '../../sandbox/host.ts';
import { JAVA_OPTS } from '../action.ts';
import { installPlainSite } from '../plain-site.ts';
import { wantProgram } from './programs.ts';
import { ENV_LINES, type FarWay, type Place, runTimed, type Timed } from './way.ts';

const place: Place = { site: 8300, ports: [8301, 8302] };
const SERVICE_URL = '/etc/nginx/conf.d/service-url-8300.inc';
const fileBeside = (name: string): string => new URL(name, import.meta.url).pathname;

/** One play of Debian's Ansible, tuned: pipelining, one connection that is kept, no facts, no search for Python. */
export const byAnsible: FarWay = {
  place,
  prepare: async host => {
    await wantProgram('ansible-playbook', 'ansible-core');
    await installPlainSite(host, place.ports[0], { listen: `${place.site}`, serviceUrl: SERVICE_URL });
    await host.sh(`mkdir -p /srv/ansible
cat >/etc/systemd/system/shop@.service <<'UNIT'
[Service]
EnvironmentFile=/srv/ansible/%i.env
ExecStart=/usr/bin/java ${JAVA_OPTS} -jar /srv/ansible/%i.jar --server.port=%i
SuccessExitStatus=143
UNIT
systemctl daemon-reload`);
  },
  deploy: async ({ host, sshPort, jar }) => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-ansible-'));
    try {
      return await play(host, sshPort, jar, folder);
    } finally {
      await endConnections(folder);
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** `folder` is for what a fresh runner does not have: the inventory, and the socket of the kept connection. */
async function play(host: SandboxHost, sshPort: number, jar: string, folder: string): Promise<Timed> {
  const inventory = join(folder, 'hosts');
  const variables = [
    'ansible_host=127.0.0.1',
    `ansible_port=${sshPort}`,
    `ansible_user=${host.user}`,
    `ansible_ssh_private_key_file=${host.privateKeyFile}`,
    `ansible_ssh_common_args='-o UserKnownHostsFile=${host.knownHostsFile} -o HostKeyAlias=${host.address}'`,
  ];
  await writeFile(inventory, `shop ${variables.join(' ')}\n`);
  const given = JSON.stringify({
    jar,
    environment_lines: ENV_LINES,
    ports: place.ports.map(String),
    service_url: SERVICE_URL,
  });
  return await runTimed(
    'ansible-playbook',
    ['--inventory', inventory, '--extra-vars', given, fileBeside('playbook.yml')],
    { ANSIBLE_CONFIG: fileBeside('ansible.cfg'), ANSIBLE_SSH_CONTROL_PATH_DIR: folder },
  );
}

/** Ends the connections that Ansible keeps open for a next play: the next deploy comes from another runner. */
async function endConnections(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name === 'hosts') continue;
    const options = ['-o', `ControlPath=${join(folder, name)}`, '-O', 'exit', 'shop'];
    await promisify(execFile)('ssh', options).catch(() => {});
  }
}
