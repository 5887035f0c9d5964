import assert from 'node:assert/strict';
import {test} from 'node:test';
import {en} from '../src/texts/en.js';
import {kUnknown} from '../src/warmth.js';
import {languages, photoSentence, sayBy, timeLeft, warmthSentence, wordsIn}
  from '../src/words.js';

const say = sayBy({});
const blanks = (text) => (text.match(/\{\w+\}/g) || []).sort().join();

test('every language says everything', async () => {
  assert.deepEqual(Object.keys(languages), ['de', 'en', 'es', 'fr']);
  for (const code in languages) {
    const {texts} = await languages[code]();
    assert.deepEqual(Object.keys(texts), Object.keys(en), code);
    for (const key in en) {
      assert.equal(blanks(texts[key]), blanks(en[key]), `${code}: ${key}`);
      assert.notEqual(texts[key].trim(), '', `${code}: ${key}`);
    }
  }
});

test('the first language that is known is spoken', async () => {
  assert.equal((await wordsIn(['nl', 'de-AT', 'fr']))('done'), 'Fertig');
  assert.equal((await wordsIn(['nl']))('done'), 'Done');
  assert.equal((await wordsIn([]))('done'), 'Done');
  assert.equal((await wordsIn(['constructor']))('done'), 'Done');
});

test('a language that cannot be loaded is English', async () => {
  languages.xx = () => Promise.reject(new Error('gone'));
  assert.equal((await wordsIn(['xx']))('done'), 'Done');
  delete languages.xx;
});

test('a shop has the last word', async () => {
  const own = await wordsIn(['de'], {drop: 'Haustier hier'});
  assert.equal(own('drop'), 'Haustier hier');
  assert.equal(own('done'), 'Fertig');
});

test('what is filled in is not filled in again', () => {
  assert.equal(say('compare', {name: '{n}', n: 7}),
               'Compare before and after: {n}');
});

test('time is told as exactly as it is known', () => {
  assert.equal(timeLeft(say, null), '');
  assert.equal(timeLeft(say, 0.4), 'a moment left');
  assert.equal(timeLeft(say, 6.2), 'about 7 s left');
  assert.equal(timeLeft(say, 41), 'about 45 s left');
  assert.equal(timeLeft(say, 100), 'about 2 min left');
});

test('phases have human words, those of a second model too', () => {
  const phase = (name) =>
    warmthSentence(say, {...kUnknown, state: 'warming', phase: name}, true);
  assert.equal(phase('bind_fast'), phase('bind'));
  assert.equal(phase('verify'), en.testing);
  assert.equal(phase('something new'), en.warming);
  assert.equal(phase(null), en.warming);
});

test('nobody is said to wake up who was not asked to', () => {
  assert.equal(warmthSentence(say, kUnknown, false), en.idle);
  assert.equal(warmthSentence(say, kUnknown, true), en.cold);
});

test('a photo that waits has a place and, where it is known, a time', () => {
  const view = {name: 'cat.jpg', state: 'waiting', position: 3, sent: 0,
    etaSeconds: null, error: null};
  assert.equal(photoSentence(say, view, false), 'Number 3 in the queue');
  assert.equal(photoSentence(say, {...view, position: 1, etaSeconds: 4}, false),
               'Next in the queue, about 4 s left');
});

test('an error names the photo', () => {
  assert.equal(photoSentence(say, {name: 'a.gif', state: 'failed',
    error: 'unreadable'}, false), 'a.gif is damaged.');
});
