/**
 * Checks AWS's signature, version 4, as its reference describes it:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Credentials that requests are signed with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What a request must be signed for. */
export interface Scope {
  readonly region: string;
  readonly service: string;
  readonly credentials: Credentials;
}

/** A request as it came. */
export interface Signed {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Why a signature does not count. */
export class SignatureFault extends Error {
  readonly code: string;

  /** Takes AWS's error code and the text for people. */
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const skewMs = 5 * 60_000;

interface Claim {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly date: string;
  readonly token: string | undefined;
  readonly from: number;
  readonly until: number;
}

/** Checks the signature in the `authorization` header; throws a SignatureFault. */
export function checkSignedHeaders(request: Signed, scope: Scope, now: Date): void {
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
      headerOf(request, 'authorization'),
    );
  const [, credential, signedHeaders, signature] = parts ?? [];
  if (credential === undefined || signedHeaders === undefined || signature === undefined)
    throw new SignatureFault(
      'MissingAuthenticationTokenException',
      'Request is missing Authentication Token',
    );
  const date = headerOf(request, 'x-amz-date');
  const token = headerOf(request, 'x-amz-security-token') || undefined;
  const at = readDate(date);
  const claim = { credential, signedHeaders, signature, date, token, from: at - skewMs, until: at + skewMs };
  check(request, claim, scope, now, queryOf(request));
}

/** Checks the signature in the query; throws a SignatureFault. */
export function checkSignedQuery(request: Signed, scope: Scope, now: Date): void {
  const query = queryOf(request);
  const read = (name: string): string => query.find(([key]) => key === name)?.[1] ?? '';
  if (read('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256')
    throw new SignatureFault(
      'MissingAuthenticationTokenException',
      'Request is missing Authentication Token',
    );
  const date = read('X-Amz-Date');
  const expires = Number(read('X-Amz-Expires'));
  if (!Number.isInteger(expires) || expires < 1 || expires > 604_800)
    throw new SignatureFault('AuthorizationQueryParametersError', 'X-Amz-Expires is not valid');
  const at = readDate(date);
  const claim = {
    credential: read('X-Amz-Credential'),
    signedHeaders: read('X-Amz-SignedHeaders'),
    signature: read('X-Amz-Signature'),
    date,
    token: read('X-Amz-Security-Token') || undefined,
    from: at - skewMs,
    until: at + expires * 1000,
  };
  check(
    request,
    claim,
    scope,
    now,
    query.filter(([name]) => name !== 'X-Amz-Signature'),
  );
}

type Query = readonly (readonly [name: string, value: string])[];

function check(request: Signed, claim: Claim, scope: Scope, now: Date, query: Query): void {
  const { credentials, region, service } = scope;
  const [key, day, ...place] = claim.credential.split('/');
  if (key !== credentials.accessKeyId || claim.token !== credentials.sessionToken)
    throw new SignatureFault(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  if (place.join('/') !== `${region}/${service}/aws4_request` || day !== claim.date.slice(0, 8))
    throw new SignatureFault(
      'InvalidSignatureException',
      'Credential should be scoped to a valid region and service.',
    );
  if (now.getTime() < claim.from || now.getTime() > claim.until)
    throw new SignatureFault('ExpiredTokenException', `Signature expired: ${claim.date}`);
  const names = claim.signedHeaders.split(';');
  if (!names.includes('host')) throw new SignatureFault('InvalidSignatureException', 'Host must be signed.');
  const canonical = [
    request.method,
    escapePath(request.target.split('?')[0] ?? '/'),
    canonicalQuery(query),
    ...names.map(name => `${name}:${headerOf(request, name).trim().replace(/ +/g, ' ')}`),
    '',
    claim.signedHeaders,
    sha256(request.body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', claim.date, [day, ...place].join('/'), sha256(canonical)].join('\n');
  const signing = [day, region, service, 'aws4_request'].reduce(
    (signer: string | Buffer, part) => hmac(signer, part),
    `AWS4${credentials.secretAccessKey}`,
  );
  const right = hmac(signing, toSign);
  const given = Buffer.from(claim.signature, 'hex');
  if (given.length !== right.length || !timingSafeEqual(given, right)) {
    throw new SignatureFault(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
    );
  }
}

const queryOf = ({ target }: Signed): Query => {
  const at = target.indexOf('?');
  if (at < 0) return [];
  return target
    .slice(at + 1)
    .split('&')
    .filter(word => word !== '')
    .map(word => {
      const equals = word.indexOf('=');
      const [name, value] = equals < 0 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)];
      return [decodeURIComponent(name), decodeURIComponent(value)];
    });
};

const canonicalQuery = (query: Query): string =>
  query
    .map(([name, value]) => `${escapeWord(name)}=${escapeWord(value)}`)
    .toSorted()
    .join('&');

const escapeWord = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

const escapePath = (path: string): string => path.split('/').map(escapeWord).join('/');

const headerOf = ({ headers }: Signed, name: string): string => {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
};

/** `20150830T123600Z` in milliseconds; NaN, which no time is within, when it is none. */
const readDate = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
