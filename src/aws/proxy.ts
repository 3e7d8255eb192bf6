import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Failure, nothingContacted } from '../failure.ts';

/** The environment of the job. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What @actions/http-client leaves aside too. */
const loopback = ['localhost', '127.0.0.0-127.255.255.255', '::1'];

/**
 * Agents that go through the proxy which the environment names: `https_proxy`, `http_proxy` and `no_proxy`, or the
 * same in capitals, read as the runner reads them. Throws a Failure (aws-refused) when it is no http or https proxy.
 */
export function proxyAgents(env: Environment): {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
} {
  const proxyEnv = {
    http_proxy: readProxy(env, 'http_proxy', 'HTTP_PROXY'),
    https_proxy: readProxy(env, 'https_proxy', 'HTTPS_PROXY'),
    no_proxy: [...loopback, ...readNoProxy(env.no_proxy || env.NO_PROXY || '')].join(','),
  };
  return {
    httpAgent: new HttpAgent({ keepAlive: true, proxyEnv }),
    httpsAgent: new HttpsAgent({ keepAlive: true, proxyEnv }),
  };
}

function readProxy(env: Environment, lower: string, upper: string): string | undefined {
  const name = env[lower] ? lower : upper;
  const text = (env[name] ?? '').trim();
  if (text === '') return undefined;
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href;
  throw new Failure({
    reason: 'aws-refused',
    message: `${name} names no http or https proxy (its value is not shown, as it may have a password).`,
    traffic: nothingContacted,
    remedy: `Correct ${name}, such as http://proxy.example:3128, or take it away; no_proxy names the hosts to reach directly.`,
  });
}

/** Node takes `example.com` for that host alone; the runner and most tools take it for those below it too. */
const readNoProxy = (list: string): readonly string[] =>
  list
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')
    .flatMap(item => (/^[.*]|^[\d.-]+$|:/.test(item) ? [item] : [item, `.${item}`]));
