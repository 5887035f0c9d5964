import assert from 'node:assert/strict';
import {test} from 'node:test';
import {fit, kindOf} from '../src/file_kind.js';

const bytes = (text) => Uint8Array.from(text, (c) => c.charCodeAt(0));

test('a file is what its bytes say', () => {
  assert.equal(kindOf(bytes('\xff\xd8\xff\xe0\0\x10JFIF\0\x01')), 'image/jpeg');
  assert.equal(kindOf(bytes('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')), 'image/png');
  assert.equal(kindOf(bytes('RIFF\x10\0\0\0WEBPVP8 ')), 'image/webp');
  assert.equal(kindOf(bytes('\0\0\0\x18ftypheic\0\0\0\0')), 'image/heic');
  assert.equal(kindOf(bytes('\0\0\0\x1cftypavif\0\0\0\0')), 'image/avif');
});

test('all else is no photo', () => {
  for (const text of ['', 'GIF89a', '%PDF-1.7', '<svg xmlns="', 'RIFF....WAVE',
    '\0\0\0\x18ftypmp42\0\0\0\0', '\xff\xd8', 'PK\x03\x04']) {
    assert.equal(kindOf(bytes(text)), null, text);
  }
});

test('large photos shrink in proportion', () => {
  assert.deepEqual(fit(8000, 6000, 4000), {width: 4000, height: 3000});
  assert.deepEqual(fit(6000, 8000, 4000), {width: 3000, height: 4000});
  assert.deepEqual(fit(100000, 3, 4096), {width: 4096, height: 1});
});

test('small ones stay as they are', () => {
  assert.equal(fit(4000, 3000, 4000), null);
  assert.equal(fit(1, 1, 4096), null);
});
