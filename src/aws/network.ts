import type { AwsCall, Fault } from './refusal.ts';

const certificateErrors =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)|CERT_[A-Z_]+|ERR_TLS_CERT_ALTNAME_INVALID)$/;
const networkErrors =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE)$/;

/** What to do when AWS was not reached; undefined when it was. */
export function remedyForNetwork(
  { name, code, message }: Fault,
  { region, env }: AwsCall,
): string | undefined {
  if (code === 'ERR_PROXY_TUNNEL') {
    const isRefused = / 407\b/.test(message);
    return isRefused
      ? 'The proxy asks for a user and a password: give them in HTTPS_PROXY, as http://user:password@host:port.'
      : 'The proxy of HTTPS_PROXY does not let the runner through to AWS: allow the host that the message names, or name it in NO_PROXY to reach it directly.';
  }
  if (certificateErrors.test(code))
    return 'What answered has a certificate that this runner does not trust; a proxy that opens TLS needs its CA in a file that NODE_EXTRA_CA_CERTS names.';
  if (!networkErrors.test(code) && code !== 'ERR_INVALID_URL' && name !== 'TimeoutError') return undefined;
  const endpoint = Object.keys(env).find(
    one => /^AWS_ENDPOINT_URL(_EC2(_INSTANCE_CONNECT)?)?$/.test(one) && env[one],
  );
  if (endpoint !== undefined)
    return `${endpoint} names an endpoint that is not reached: correct it or take it away.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `Check aws-region, ${region}: there may be no such region, or the runner has no DNS.`;
  const proxy = ['https_proxy', 'HTTPS_PROXY'].find(one => env[one]);
  return proxy === undefined
    ? 'The runner does not reach AWS: check its network; where it needs a proxy, set HTTPS_PROXY for the job.'
    : `The runner does not reach AWS through the proxy that ${proxy} names: check it, and NO_PROXY, and that the runner brings Node 24.5 or later.`;
}
