import type { SandboxHost } from '../../sandbox/host.ts';
import { JAVA_OPTS } from '../action.ts';
import { copyTo } from '../host.ts';
import { installPlainSite } from '../plain-site.ts';
import { bringRsync } from './rsync.ts';
import { APP_ENV, type FarWay, type Order, type Place, runTimed, sshOptions } from './way.ts';

const scpPlace: Place = { site: 8100, ports: [8101, 8102] };
const rsyncPlace: Place = { site: 8200, ports: [8201, 8202] };

/** As the tutorials: the jar by scp to a new name, then their script by ssh. */
export const byScp: FarWay = {
  place: scpPlace,
  prepare: host => prepareScript(host, scpPlace),
  deploy: order => {
    const { host, sshPort, jar } = order;
    const copied = 'shop-$(date +%s).jar';
    return runTimed('sh', [
      '-c',
      `jar=${copied} && scp -q -P ${sshPort} ${quoted(sshOptions(host))} '${jar}' ${host.user}@127.0.0.1:"$jar" &&
        ${callScript(order, scpPlace, '"$jar"')}`,
    ]);
  },
};

/** The jar by rsync over the live one's file, of which it sends the difference; then the same script. */
export const byRsync: FarWay = {
  place: rsyncPlace,
  prepare: async host => {
    await bringRsync(host);
    await prepareScript(host, rsyncPlace);
  },
  deploy: order => {
    const { host, sshPort, jar } = order;
    const ssh = `ssh -p ${sshPort} ${sshOptions(host).join(' ')}`;
    return runTimed('sh', [
      '-c',
      `rsync -e '${ssh}' '${jar}' ${host.user}@127.0.0.1:shop.jar && ${callScript(order, rsyncPlace, 'shop.jar')}`,
    ]);
  },
};

const quoted = (words: readonly string[]): string => words.map(word => `'${word}'`).join(' ');

function callScript({ host, sshPort }: Order, { site, ports }: Place, jar: string): string {
  const variables = [
    `JAVA_OPTS='${JAVA_OPTS}'`,
    `SITE=${site}`,
    `PORTS='${ports.join(' ')}'`,
    `SERVICE_URL=${serviceUrl(site)}`,
    ...Object.entries(APP_ENV).map(([key, value]) => `${key}=${value}`),
  ];
  return `ssh -p ${sshPort} ${quoted(sshOptions(host))} ${host.user}@127.0.0.1 \
    "sudo ${variables.join(' ')} sh /srv/plain/deploy.sh /home/${host.user}/"${jar}`;
}

const serviceUrl = (site: number): string => `/etc/nginx/conf.d/service-url-${site}.inc`;

async function prepareScript(host: SandboxHost, { site, ports }: Place): Promise<void> {
  await copyTo(host, new URL('../plain-deploy.sh', import.meta.url).pathname, '/srv/plain/deploy.sh');
  await installPlainSite(host, ports[0], { listen: `${site}`, serviceUrl: serviceUrl(site) });
}
