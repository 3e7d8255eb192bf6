import type { SandboxHost } from '../sandbox/host.ts';
import { buildAlternating, deploy, jarAt } from './action.ts';
import { installPlainSite } from './plain-site.ts';

/** The ways of nginx to the same app that are compared, each a server of its own on one nginx. */
export const SITES = {
  managed: { port: 80, what: 'managed site, as the action writes it' },
  again: { port: 8093, what: 'the managed site once more, on another port' },
  static: { port: 8091, what: 'the same without the marker check: `proxy_pass` to one color' },
  bare: { port: 8092, what: 'the same without all that the action includes' },
  tutorial: { port: 8090, what: "the tutorial's site: no connections kept to the app" },
} as const;

export type SiteName = keyof typeof SITES;

const CONF = '/etc/nginx/conf.d/bluegreen-shop.conf';
const LIVE = '/etc/nginx/bluegreen/shop/live.conf';

/**
 * Deploys until green is live, so that the marker is there and its `if` is taken, and adds the other servers:
 * `again`, `static` and `bare` are made of the very files that the action wrote. `java-opts` are the JVM's own defaults.
 */
export async function installSites(host: SandboxHost): Promise<void> {
  const jars = await buildAlternating();
  for (const turn of [0, 1]) await deploy(host, jarAt(jars, turn), { 'java-opts': '-Xmx256m' });
  await installPlainSite(host, 8082, { listen: `${SITES.tutorial.port}` });
  await host.sh(`set -eu
server_on() {
    sed -n '/^server {/,$p' ${CONF} | sed -e '/listen \\[/d' -e "s/listen 80.*/listen $1;/"
}
to_green() { sed 's|\\$service_url|http://shop-green|'; }
sed -e '/^set \\$service_url /d' -e '\\|^if (-e .*/green) {|,/^}/d' ${LIVE} >/etc/nginx/without-marker.inc
server_on ${SITES.again.port} >/etc/nginx/conf.d/z-again.conf
server_on ${SITES.static.port} | to_green | sed 's|include ${LIVE};|include /etc/nginx/without-marker.inc;|' >/etc/nginx/conf.d/z-static.conf
server_on ${SITES.bare.port} | to_green | sed '\\|include ${LIVE};|d' >/etc/nginx/conf.d/z-bare.conf
grep -q '^if (-e .*/green) {' ${LIVE}
[ "$(grep -c '/green)' /etc/nginx/without-marker.inc)" = 0 ]
grep -q '^if (-e .*/measuring) {' /etc/nginx/without-marker.inc
for site in static bare; do
    grep -q 'proxy_pass http://shop-green;' /etc/nginx/conf.d/z-$site.conf
    [ "$(grep -c -F '${LIVE}' /etc/nginx/conf.d/z-$site.conf)" = 0 ]
done
nginx -t -q
systemctl restart nginx
for port in ${Object.values(SITES)
    .map(({ port }) => port)
    .join(' ')}; do curl -sSf "http://127.0.0.1:$port/" | grep -q port=8082; done`);
}
