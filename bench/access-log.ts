import type { SandboxHost } from '../sandbox/host.ts';

const LOG = '/var/log/nginx/bench.log';

/** Lets nginx log every request of the servers that have no access log of their own. */
export async function keepAccessLog(host: SandboxHost): Promise<void> {
  await host.sh(`cat >/etc/nginx/conf.d/bench-log.conf <<'CONF'
log_format bench '$status|$sent_http_content_length|$body_bytes_sent';
access_log ${LOG} bench;
CONF
nginx -t -q && systemctl restart nginx`);
}

/** What nginx's access log tells. */
export interface Logged {
  readonly requests: number;
  readonly badGateways: number;
  /** Answers shorter than their Content-Length: the app ended in the middle of one. */
  readonly cutShort: number;
}

/** Counts what is in the access log so far. */
export async function readLog(host: SandboxHost): Promise<Logged> {
  const counts = await host.sh(`awk -F'|' '
    { requests++ }
    $1 == 502 { bad++ }
    $2 != $3 { cut++ }
    END { print requests + 0, bad + 0, cut + 0 }' ${LOG}`);
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
