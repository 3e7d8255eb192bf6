import type { SandboxHost } from '../sandbox/host.ts';

/** Where a plain server block listens, and where it reads the app's port from; as in the tutorials if not given. */
interface PlainPlace {
  readonly listen?: string;
  readonly serviceUrl?: string;
}

/**
 * A server block as the tutorials write it: the app's address in a file of its own, no connections kept to
 * the app. Theirs has nginx's limit of 1 MB for a body; without ours no upload of the load would pass.
 */
const siteOn = (listen: string, serviceUrl: string): string => `server {
    listen ${listen};
    server_name _;
    include ${serviceUrl};
    client_max_body_size 100m;
    location / {
        proxy_pass $service_url;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header Host $http_host;
    }
}`;

/** Adds the tutorials' server block, for an app on `appPort`, and reloads nginx; all of port 80 if not told otherwise. */
export async function installPlainSite(
  host: SandboxHost,
  appPort: number,
  { listen = '80 default_server', serviceUrl = '/etc/nginx/conf.d/service-url.inc' }: PlainPlace = {},
): Promise<void> {
  await host.sh(`rm -f /etc/nginx/sites-enabled/default
cat >'/etc/nginx/conf.d/plain-${listen.replaceAll(' ', '-')}.conf' <<'CONF'
${siteOn(listen, serviceUrl)}
CONF
echo 'set $service_url http://127.0.0.1:${appPort};' >${serviceUrl}
nginx -t -q && systemctl reload nginx`);
}
