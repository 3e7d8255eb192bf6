import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasAuthority, parseCertificate, whyNotCertified } from '../../src/ssh/host-certificate.ts';
import { parseHostKeys } from '../../src/ssh/host-key.ts';
import { type CertificateOptions, certify } from './made-certificates.ts';
import { makeKey } from './made-keys.ts';

const hostKey = makeKey('ed25519');
const authority = makeKey('ed25519');
const stranger = makeKey('ed25519');
const host = { names: ['shop.example.com', '192.0.2.7'], port: 22 };
const known = `@cert-authority *.example.com ${authority.publicLine}`;

/** Why a certificate of our host key by our authority is refused; `good` when it is not. */
function judge(options: CertificateOptions = {}, rules = known, by = authority, subject = hostKey): string {
  const certificate = parseCertificate(certify(subject, by, options));
  assert.ok(certificate);
  return whyNotCertified(certificate, host, parseHostKeys(rules).rules, Date.now()) ?? 'good';
}

test('keys and authorities of every type are read and their signatures verified', () => {
  for (const type of ['ed25519', 'ecdsa', 'rsa'] as const) {
    const ca = makeKey(type);
    const subject = makeKey(type);
    const blob = certify(subject, ca);
    const certificate = parseCertificate(blob);
    assert.equal(certificate?.key.toString('base64'), subject.publicLine.split(' ')[1]);
    assert.equal(certificate?.keyId, 'made');
    assert.equal(judge({}, `@cert-authority * ${ca.publicLine}`, ca, subject), 'good');
  }
});

test('every bit of it that is signed is verified, and the signature too', () => {
  for (const type of ['ed25519', 'ecdsa', 'rsa'] as const) {
    const ca = makeKey(type);
    const { rules } = parseHostKeys(`@cert-authority * ${ca.publicLine}`);
    const blob = certify(hostKey, ca);
    let refused = 0;
    for (let at = 0; at < blob.length; at += 3) {
      const changed = Buffer.from(blob);
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << (at % 8)), at);
      const certificate = parseCertificate(changed);
      if (certificate === undefined) continue;
      refused++;
      assert.notEqual(
        whyNotCertified(certificate, host, rules, Date.now()),
        undefined,
        `${type}, byte ${at}`,
      );
    }
    assert.ok(refused > 20, `${refused}`);
  }
});

test('what was cut off or has more at its end is no certificate', () => {
  const blob = certify(hostKey, authority);
  assert.equal(parseCertificate(Buffer.concat([blob, Buffer.alloc(1)])), undefined);
  for (let end = 0; end < blob.length; end++)
    assert.equal(parseCertificate(blob.subarray(0, end)), undefined);
  assert.equal(parseCertificate(Buffer.from(hostKey.publicLine.split(' ')[1] ?? '', 'base64')), undefined);
});

test('it must be for hosts, of now, and for one of the names of the host', () => {
  assert.match(judge({ isForUser: true, principals: 'shop.example.com' }), /is for users, not for hosts/);
  assert.match(judge({ validity: '20200101000000Z:20200102000000Z' }), /was valid until 2020-01-02/);
  assert.match(judge({ validity: '20990101000000Z:20990102000000Z' }), /is valid from 2099-01-01/);
  assert.match(
    judge({ principals: 'other.example.com' }),
    /names other.example.com, and not shop.example.com/,
  );
  assert.match(judge({ principals: '' }), /names no host, and not/);
  assert.equal(judge({ principals: 'other.example.com,SHOP.example.com' }), 'good');
  assert.equal(judge({ principals: '*.example.com' }), 'good');
  assert.equal(judge({ principals: '192.0.2.7' }), 'good');
  assert.equal(judge({ validity: 'always:forever' }), 'good');
});

test('critical options are refused, extensions passed over', () => {
  assert.match(judge({ options: ['critical:new-rule=on'] }), /critical options, .*: new-rule/);
  assert.equal(judge({ options: ['extension:remark=on'] }), 'good');
});

test('another authority, or one that does not speak of this host or is revoked, certifies nothing', () => {
  const why = judge({}, known, stranger);
  assert.ok(why.includes(stranger.fingerprint) && why.includes(authority.fingerprint), why);
  const both = `${known}\n@cert-authority elsewhere.net ${stranger.publicLine}`;
  assert.match(judge({}, both, stranger), /is signed by .*, not by/);
  assert.equal(judge({}, `${known}\n@cert-authority * ${stranger.publicLine}`, stranger), 'good');
  assert.match(judge({}, `${known}\n@revoked * ${authority.publicLine}`), /which is revoked/);
});

test('an authority is asked for only where its line speaks of the host', () => {
  const { rules } = parseHostKeys(known);
  assert.equal(hasAuthority(rules, host), true);
  assert.equal(hasAuthority(rules, { names: ['shop.example.net'], port: 22 }), false);
  assert.equal(hasAuthority(rules, { ...host, port: 2222 }), false);
  assert.equal(hasAuthority(parseHostKeys(hostKey.publicLine).rules, host), false);
});
