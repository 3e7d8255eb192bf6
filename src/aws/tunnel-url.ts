import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ConnectEndpoint } from './connect-endpoint.ts';

/** A tunnel that an endpoint is asked for. */
export interface TunnelRequest {
  readonly endpoint: ConnectEndpoint;
  readonly region: string;
  readonly privateIp: string;
  readonly port: number;
  /** After this time the endpoint closes the tunnel; 3600 is the most. */
  readonly longestSeconds: number;
}

/** The credentials of a client, and the clock that it keeps right by AWS's. */
export type Signer = Pick<EC2Client['config'], 'credentials' | 'sha256' | 'systemClockOffset'>;

const validSeconds = 60;

/** The URL that opens a tunnel, signed (SigV4, in the query) and good for a minute. It is as secret as a key. */
export async function signTunnelUrl(request: TunnelRequest, signer: Signer): Promise<string> {
  const { SignatureV4 } = await import('./sdk.ts');
  const signature = new SignatureV4({
    service: 'ec2-instance-connect',
    region: request.region,
    credentials: signer.credentials,
    sha256: signer.sha256,
  });
  const { host, hostname } = new URL(`wss://${request.endpoint.dnsName}`);
  const path = '/openTunnel';
  const { query } = await signature.presign(
    {
      method: 'GET',
      protocol: 'wss:',
      hostname,
      path,
      headers: { host },
      query: {
        instanceConnectEndpointId: request.endpoint.id,
        maxTunnelDuration: String(request.longestSeconds),
        privateIpAddress: request.privateIp,
        remotePort: String(request.port),
      },
    },
    { expiresIn: validSeconds, signingDate: new Date(Date.now() + signer.systemClockOffset) },
  );
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) words.append(name, String(value));
  return `wss://${host}${path}?${words}`;
}
