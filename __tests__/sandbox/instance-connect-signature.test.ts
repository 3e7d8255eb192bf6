import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkSignedHeaders,
  checkSignedQuery,
  type Scope,
  SignatureFault,
  type Signed,
} from '../../sandbox/instance-connect/signature.ts';

/** Of AWS's own examples and test suite for signatures. */
const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const scope = (service: string): Scope => ({ region: 'us-east-1', service, credentials });
const then = new Date('2015-08-30T12:36:00Z');
const nothing = Buffer.alloc(0);

const listUsers: Signed = {
  method: 'GET',
  target: '/?Action=ListUsers&Version=2010-05-08',
  headers: {
    host: 'iam.amazonaws.com',
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  },
  body: nothing,
};

const presigned: Signed = {
  method: 'GET',
  target:
    '/?Action=ListUsers&Version=2010-05-08&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fiam%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Signature=37ac2f4fde00b0ac9bd9eadeb459b1bbee224158d66e7ae5fcadb70b2d181d02',
  headers: {
    host: 'iam.amazonaws.com',
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
  },
  body: nothing,
};

const vanilla: Signed = {
  method: 'GET',
  target: '/',
  headers: {
    host: 'example.amazonaws.com',
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  body: nothing,
};

const codeOf = (work: () => void): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof SignatureFault) return error.code;
    throw error;
  }
  return 'accepted';
};

test("AWS's published examples of signatures in headers and in a query are right", () => {
  checkSignedHeaders(listUsers, scope('iam'), then);
  checkSignedHeaders(vanilla, scope('service'), then);
  checkSignedQuery(presigned, scope('iam'), then);
});

test('whatever is changed in a signed request makes it wrong', () => {
  const changes: readonly (readonly [string, Partial<Signed>, string])[] = [
    ['method', { method: 'POST' }, 'SignatureDoesNotMatch'],
    ['path', { target: '/other?Action=ListUsers&Version=2010-05-08' }, 'SignatureDoesNotMatch'],
    ['query', { target: '/?Action=DeleteUser&Version=2010-05-08' }, 'SignatureDoesNotMatch'],
    ['body', { body: Buffer.from('x') }, 'SignatureDoesNotMatch'],
    ['host', { headers: { ...listUsers.headers, host: 'evil.example' } }, 'SignatureDoesNotMatch'],
    ['no signature', { headers: { host: 'iam.amazonaws.com' } }, 'MissingAuthenticationTokenException'],
  ];
  for (const [what, change, code] of changes) {
    assert.equal(
      codeOf(() => checkSignedHeaders({ ...listUsers, ...change }, scope('iam'), then)),
      code,
      what,
    );
  }
});

test('another secret, key, session, region, service or time is refused', () => {
  const other = (change: Partial<Scope>): string =>
    codeOf(() => checkSignedQuery(presigned, { ...scope('iam'), ...change }, then));
  const secret = { ...credentials, secretAccessKey: 'other' };
  assert.equal(other({ credentials: secret }), 'SignatureDoesNotMatch');
  assert.equal(
    other({ credentials: { ...credentials, accessKeyId: 'OTHER' } }),
    'UnrecognizedClientException',
  );
  assert.equal(other({ credentials: { ...credentials, sessionToken: 'x' } }), 'UnrecognizedClientException');
  assert.equal(other({ region: 'eu-west-1' }), 'InvalidSignatureException');
  assert.equal(other({ service: 's3' }), 'InvalidSignatureException');
  const at = (time: string): string =>
    codeOf(() => checkSignedQuery(presigned, scope('iam'), new Date(time)));
  assert.equal(at('2015-08-30T12:36:59Z'), 'accepted');
  assert.equal(at('2015-08-30T12:37:01Z'), 'ExpiredTokenException');
  assert.equal(at('2015-08-30T12:30:59Z'), 'ExpiredTokenException');
});
