import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseManifest } from '../../src/jar/manifest.ts';

test('attributes are read with any line ends', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const attributes = parseManifest(['Manifest-Version: 1.0', 'Main-Class: a.B', '', 'Name: x'].join(end));
    assert.deepEqual(
      [...attributes],
      [
        ['Manifest-Version', '1.0'],
        ['Main-Class', 'a.B'],
      ],
    );
  }
});

test('a continued line is joined without its leading blank, also in the middle of a character name', () => {
  assert.equal(parseManifest('A: one\r\n  two\r\n three\r\nB: x\r\n').get('A'), 'one twothree');
});

test('lines that are no attributes are passed over', () => {
  assert.deepEqual([...parseManifest('no colon\n: x\n-A: b\nA b: c\nOK: 1\n')], [['OK', '1']]);
  assert.equal(parseManifest('').size, 0);
});
