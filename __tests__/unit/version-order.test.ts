import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareVersions } from '../../src/jar/version-order.ts';

/** Each older than the next: the examples of Maven's POM reference, then real libraries'. */
const ascending = [
  ['1', '1.1'],
  ['1-snapshot', '1', '1-sp'],
  ['1-foo2', '1-foo10'],
  ['1.foo', '1-1', '1.1'],
  ['1-ga', '1-sp'],
  ['1-ga.1', '1-sp.1'],
  ['1-sp-1', '1-ga-1'],
  ['1-alpha', '1-beta', '1-milestone', '1-rc', '1-snapshot', '1', '1-sp', '1-xyz'],
  ['1.0-a1', '1.0-alpha-2', '1.0-b1', '1.0-M1', '1.0-cr1', '1.0-rc2', '1.0-SNAPSHOT', '1.0'],
  ['6.1.9', '6.1.14', '6.2.0-M1', '6.2.0-RC1', '6.2.0', '6.2.1', '10.0.0'],
  ['4.1.9.Final', '4.1.115.Final', '4.2.0.Final'],
  ['5.3.0.M1', '5.3.0.RC1', '5.3.0.RELEASE', '5.3.1.RELEASE', '5.3.2'],
  ['31.1-jre', '33.0.0-android', '33.0.0-jre', '33.4.8-jre'],
  ['9.4.52.v20230823', '9.4.53.v20231009'],
  ['20231013', '20240303'],
  ['1.0-20240101.123456-7', '1.0-20240102.000000-8'],
  ['v3-rev20240730-2.0.0', 'v3-rev20240914-2.0.0'],
  ['99999999999999999999998', '99999999999999999999999'],
];

test("versions are ordered as Maven's reference and real libraries have them", () => {
  for (const versions of ascending)
    for (const [index, version] of versions.entries())
      for (const newer of versions.slice(index + 1)) {
        assert.ok((compareVersions(version, newer) ?? 0) < 0, `${version} before ${newer}`);
        assert.ok((compareVersions(newer, version) ?? 0) > 0, `${newer} after ${version}`);
      }
});

test('versions that say the same have no order', () => {
  for (const versions of [
    ['1', '1.0', '1.0.0', '1.ga', '1-ga', '1-0', '1.final', '1-', '1.', '1.0.0-0.0.0'],
    ['1.foo', '1-foo', '1.0.0-foo.0.0'],
    ['1-a1', '1-alpha-1', '1alpha1'],
    ['1-rc', '1-cr'],
    ['1.01', '1.1'],
    ['1-1.foo-bar1baz-.1', '1-1.foo-bar-1-baz-0.1'],
  ])
    for (const one of versions)
      for (const other of versions) assert.equal(compareVersions(one, other), undefined);
});

test('what is no version has no order', () => {
  for (const text of ['', 'main', '3fa9b21c', 'latest-1', '-', '1'.repeat(300)])
    assert.equal(compareVersions(text, '1.0'), undefined, text);
});

test('the order of any two versions is the other way round for the other two', () => {
  const part = fc.constantFrom(
    '0',
    '1',
    '2',
    '10',
    'alpha',
    'a',
    'm',
    'rc',
    'snapshot',
    'ga',
    'sp',
    'foo',
    '__proto__',
  );
  const version = fc
    .array(fc.tuple(part, fc.constantFrom('.', '-', '')), { maxLength: 4 })
    .map(parts => `1.${parts.flat().join('')}`);
  const order = (one: string, other: string): number => Math.sign(compareVersions(one, other) ?? 0);
  fc.assert(
    fc.property(version, version, (one, two) => {
      assert.equal(order(one, two), 0 - order(two, one));
    }),
    { numRuns: 3000 },
  );
});
