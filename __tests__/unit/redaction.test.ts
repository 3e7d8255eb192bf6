import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Redaction } from '../../src/report/redaction.ts';

test('secrets are replaced wherever they stand, the longer ones first', () => {
  const redaction = new Redaction(['password', 'my password', 'a.b.']);
  assert.equal(redaction.hide('password=my password; a.b. a.b. axb.'), '***=***; *** *** axb.');
  assert.equal(new Redaction([]).hide('nothing'), 'nothing');
});

const secret = 'p@ss "wörd" <&> \\ 1/2';

test('a secret is hidden as JSON, a URL, a form, XML and base64 spell it', () => {
  const form = new URLSearchParams([['x', 'plain secret+more']]).toString();
  const spelled: readonly (readonly [string, string])[] = [
    [secret, JSON.stringify({ password: secret })],
    [secret, `https://db/?password=${encodeURIComponent(secret)}&x=1`],
    ['plain secret+more', form],
    ['a<b&c>"d"', '<p>a&lt;b&amp;c&gt;&quot;d&quot;</p>'],
    [secret, `data: ${btoa(unescape(encodeURIComponent(secret)))}`],
    [secret, `Basic ${Buffer.from(`u:${secret}`).toString('base64')}`],
    [secret, `Basic ${Buffer.from(`us:${secret}:x`).toString('base64')}`],
    [secret, `Basic ${Buffer.from(`user:${secret}`).toString('base64')}`],
  ];
  for (const [value, text] of spelled) assert.match(new Redaction([value]).hide(text), /\*\*\*/, text);
});

test('base64 of a secret leaves at most the letters it shares with its neighbours', () => {
  const bytes = fc.string({ minLength: 8, maxLength: 40 });
  fc.assert(
    fc.property(fc.string({ maxLength: 9 }), bytes, fc.string({ maxLength: 9 }), (before, value, after) => {
      const hidden = new Redaction([value]).hide(Buffer.from(before + value + after).toString('base64'));
      assert.ok(hidden.includes('***'));
    }),
  );
});

test('a secret that only begins where a line was cut is hidden', () => {
  const redaction = new Redaction(['correct-horse-battery', 'staple']);
  assert.equal(redaction.hideInCut('password=correct-horse-bat'), 'password=***');
  assert.equal(redaction.hideInCut('password=corr'), 'password=***');
  assert.equal(redaction.hideInCut('password=cor'), 'password=cor');
  assert.equal(redaction.hideInCut('correct-horse-battery: stapl'), '***: ***');
  assert.equal(redaction.hideInCut('nothing of it'), 'nothing of it');
  assert.equal(redaction.hideInCut('corr'), '***');
});

test('short words are no secrets, and lone halves of characters break nothing', () => {
  assert.equal(new Redaction(['abc', '']).hide('abc'), 'abc');
  assert.equal(new Redaction(['x\ud800yz']).hide('<x\ud800yz>'), '<***>');
});
