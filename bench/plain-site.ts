import type { SandboxHost } from '../sandbox/host.ts';

/** A server block as the tutorials write it: the port in a file of its own, `proxy_pass $service_url`. */
const SITE = `
log_format bench '$status|$sent_http_content_length|$body_bytes_sent';
server {
    listen 80 default_server;
    server_name _;
    include /etc/nginx/conf.d/service-url.inc;
    access_log /var/log/nginx/bench.log bench;
    location / {
        proxy_pass $service_url;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header Host $http_host;
    }
}`;

/** Writes the server block with its include, pointing at the port. */
export async function installPlainSite(host: SandboxHost, port: number): Promise<void> {
  await host.sh(`rm -f /etc/nginx/sites-enabled/default
cat >/etc/nginx/conf.d/bench.conf <<'CONF'
${SITE}
CONF
echo 'set $service_url http://127.0.0.1:${port};' >/etc/nginx/conf.d/service-url.inc
nginx -t -q && systemctl restart nginx`);
}

/** What nginx's access log tells. */
export interface Logged {
  readonly requests: number;
  readonly badGateways: number;
  /** Answers shorter than their Content-Length: the app ended in the middle of one. */
  readonly cutShort: number;
}

/** Counts what is in the server block's access log so far. */
export async function readLog(host: SandboxHost): Promise<Logged> {
  const counts = await host.sh(`awk -F'|' '
    { requests++ }
    $1 == 502 { bad++ }
    $2 != $3 { cut++ }
    END { print requests + 0, bad + 0, cut + 0 }' /var/log/nginx/bench.log`);
  const [requests = 0, badGateways = 0, cutShort = 0] = counts.split(' ').map(Number);
  return { requests, badGateways, cutShort };
}

export function loggedSince(before: Logged, after: Logged): Logged {
  return {
    requests: after.requests - before.requests,
    badGateways: after.badGateways - before.badGateways,
    cutShort: after.cutShort - before.cutShort,
  };
}
