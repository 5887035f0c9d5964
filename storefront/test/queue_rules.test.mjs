import assert from 'node:assert/strict';
import {test} from 'node:test';
import {afterAnswer, afterReload, kKeepMillis, kMaxAttempts, nextToSend,
  retryAfter, standing} from '../src/queue_rules.js';

const kNow = Date.UTC(2026, 0, 2);
let order = 0;
const photo = (more = {}) => ({id: `p${++order}`, order, state: 'waiting',
  prepared: true, notBefore: 0, attempts: 0, created: kNow - 1000, sent: 0,
  seconds: 0, ...more});
const answer = (status, more = {}) => ({status, retryAfter: null, detail: null,
  result: null, emptyScene: false, seconds: 2, ...more});
const ids = (photos) => photos.map((one) => one.id);

test('nothing is sent to a cold server', () => {
  assert.deepEqual(nextToSend([photo()], false, kNow, 2), []);
});

test('photos are sent in the order of their arrival', () => {
  const [a, b, c] = [photo(), photo(), photo()];
  assert.deepEqual(ids(nextToSend([a, b, c], true, kNow, 2)), ids([a, b]));
});

test('no more are under way than is allowed', () => {
  const queue = [photo({state: 'sending'}), photo(), photo()];
  assert.deepEqual(ids(nextToSend(queue, true, kNow, 2)), [queue[1].id]);
  queue[1].state = 'sending';
  assert.deepEqual(nextToSend(queue, true, kNow, 2), []);
});

test('nobody overtakes one who has been told to wait', () => {
  const queue = [photo({notBefore: kNow + 1}), photo()];
  assert.deepEqual(nextToSend(queue, true, kNow, 2), []);
  assert.equal(nextToSend(queue, true, kNow + 1, 2).length, 2);
});

test('nobody overtakes one who is being prepared', () => {
  assert.deepEqual(
    nextToSend([photo({prepared: false}), photo()], true, kNow, 2), []);
});

test('those that failed or are done hold nobody up', () => {
  const queue = [photo({state: 'failed'}), photo({state: 'done'}), photo()];
  assert.deepEqual(ids(nextToSend(queue, true, kNow, 2)), [queue[2].id]);
});

test('Retry-After is seconds or a date, within bounds', () => {
  assert.equal(retryAfter('7', kNow), 7000);
  assert.equal(retryAfter('Fri, 02 Jan 2026 00:00:30 GMT', kNow), 30000);
  assert.equal(retryAfter('Thu, 01 Jan 2026 00:00:00 GMT', kNow), 0);
  assert.equal(retryAfter('999999999', kNow), 600000);
  for (const bad of [null, '', 'soon', '-3x']) {
    assert.equal(retryAfter(bad, kNow), null);
  }
});

test('a picture is a result', () => {
  const after = afterAnswer(photo(), answer(200, {result: 'B', seconds: 3,
    emptyScene: true}), kNow, 0);
  assert.equal(after.state, 'done');
  assert.equal(after.result, 'B');
  assert.equal(after.seconds, 3);
  assert.equal(after.emptyScene, true);
});

test('a 200 without a picture is none', () => {
  assert.equal(afterAnswer(photo(), answer(200), kNow, 0).state, 'waiting');
});

test('what the server asks to wait is waited', () => {
  for (const status of [429, 503]) {
    const after = afterAnswer(photo(), answer(status, {retryAfter: 4000}),
                              kNow, 1);
    assert.equal(after.state, 'waiting');
    assert.equal(after.notBefore, kNow + 4000);
    assert.equal(after.attempts, 0);
  }
});

test('a lost connection is tried again as long as it takes', () => {
  let one = photo();
  for (let i = 0; i < 3 * kMaxAttempts; ++i) {
    one = {...one, ...afterAnswer(one, answer(0), kNow, 0.5)};
    assert.equal(one.state, 'waiting');
  }
});

test('a server that breaks on it is tried a few times, later and later', () => {
  let one = photo();
  let pause = 0;
  for (let i = 1; i < kMaxAttempts; ++i) {
    one = {...one, ...afterAnswer(one, answer(500), kNow, 0.5)};
    assert.equal(one.state, 'waiting');
    assert.ok(one.notBefore - kNow > pause);
    pause = one.notBefore - kNow;
  }
  assert.equal(afterAnswer(one, answer(500), kNow, 0.5).error, 'gaveUp');
});

test('what can never succeed is not tried again', () => {
  const error = (status) =>
    afterAnswer(photo(), answer(status, {detail: 'why'}), kNow, 0);
  assert.deepEqual([400, 401, 403, 413, 415, 422].map((s) => error(s).error),
    ['rejected', 'refused', 'refused', 'tooLarge', 'type', 'unreadable']);
  assert.equal(error(422).state, 'failed');
  assert.equal(error(422).detail, 'why');
});

test('not even a polite server is asked for more than a day', () => {
  const old = photo({created: kNow - kKeepMillis - 1});
  assert.equal(afterAnswer(old, answer(503), kNow, 0).state, 'failed');
});

test('a place in the queue counts those before it', () => {
  const queue = [photo({state: 'done', seconds: 2}), photo({state: 'sending'}),
    photo(), photo()];
  assert.deepEqual(standing(queue, queue[1], 10, 2), {position: 1, seconds: 12});
  assert.deepEqual(standing(queue, queue[3], 10, 2), {position: 3, seconds: 14});
});

test('no time is told that was not measured', () => {
  const queue = [photo()];
  assert.equal(standing(queue, queue[0], 10, 2).seconds, null);
  queue.unshift(photo({state: 'done', seconds: 2}));
  assert.equal(standing(queue, queue[1], null, 2).seconds, null);
});

test('after a reload what was under way begins anew, with its key', () => {
  const queue = [photo({state: 'done'}), photo({state: 'sending', sent: 0.7}),
    photo({created: kNow - kKeepMillis - 1})];
  const {keep, drop} = afterReload([queue[1], queue[0], queue[2]], kNow);
  assert.deepEqual(ids(keep), [queue[0].id, queue[1].id]);
  assert.equal(keep[0].state, 'done');
  assert.equal(keep[1].state, 'waiting');
  assert.equal(keep[1].sent, 0);
  assert.deepEqual(ids(drop), [queue[2].id]);
});

test('a page that is loaded anew has a new token: what lacked one is sent', () => {
  const {keep} = afterReload([photo({state: 'failed', error: 'refused'}),
    photo({state: 'failed', error: 'type'})], kNow);
  assert.deepEqual(keep.map((one) => [one.state, one.error]),
    [['waiting', null], ['failed', 'type']]);
});
