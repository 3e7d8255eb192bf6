import assert from 'node:assert/strict';

/**
 * The AWS actions that a source performs, sorted: `…Command` of the SDK is one, and so are `paginate…`, which make that
 * of their name, and the path of a URL that is signed by hand. Their service is that of the client, or of the signature.
 */
export function callsIn(source: string): readonly string[] {
  const ofSdk = [...source.matchAll(/\bsdk\.(?:([A-Z][A-Za-z]+)Command|paginate([A-Z][A-Za-z]+))\b/g)].map(
    ([, command, paged]) => `${serviceOf(source)}:${command ?? paged}`,
  );
  const [, service] = /\bservice: '([a-z0-9-]+)'/.exec(source) ?? [];
  const [, path] = /\bpath = '\/([a-z][A-Za-z]+)'/.exec(source) ?? [];
  assert.equal(service === undefined, !source.includes('new SignatureV4'), 'a signature without a service');
  assert.equal(service === undefined, path === undefined, 'a signature without a path');
  const signed = path === undefined ? [] : [`${service}:${path.replace(/^./, first => first.toUpperCase())}`];
  return [...new Set([...ofSdk, ...signed])].toSorted();
}

/** What a policy calls the service of the client that the source uses. */
function serviceOf(source: string): string {
  if (source.includes('new sdk.EC2InstanceConnectClient')) return 'ec2-instance-connect';
  assert.match(source, /\bEc2\b|\bopenEc2\b/, 'no client that is known');
  return 'ec2';
}

/** The actions that the failures of a source name, sorted. */
export const namedCallsIn = (source: string): readonly string[] => [
  ...new Set(
    [...source.matchAll(/\bpermission(?::| =) '([a-z0-9-]+:[A-Za-z]+)'/g)]
      .map(([, name = '']) => name)
      .toSorted(),
  ),
];
