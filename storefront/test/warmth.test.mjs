import assert from 'node:assert/strict';
import {test} from 'node:test';
import {advance, kUnknown, read, readFailure} from '../src/warmth.js';

const warming = (progress, more = {}) =>
  ({...kUnknown, state: 'warming', progress, ...more});
const silent = {status: 0, online: true, sameOrigin: false, silentSeconds: 5,
  patienceSeconds: 180};

test('a server tells its state, how far it is and how long it takes', () => {
  assert.deepEqual(read({state: 'warming', progress: 0.25, eta_ms: 8400,
    eta_p90_ms: 12000, phase: 'bind', instance_id: 'a'}),
  {state: 'warming', progress: 0.25, etaSeconds: 8.4, phase: 'bind',
    reason: null});
});

test('a controller tells it in its own words', () => {
  assert.deepEqual(read({target: 'shop/server', state: 'starting',
    etaSeconds: 21.5, progress: null, warm: 0}),
  {state: 'warming', progress: 0, etaSeconds: 21.5, phase: 'starting',
    reason: null});
});

test('what is ready needs no more time', () => {
  assert.equal(read({state: 'ready', etaSeconds: null}).etaSeconds, 0);
});

test('a server that shuts down is followed by a cold one', () => {
  assert.equal(read({state: 'draining'}).state, 'cold');
});

test('numbers that are none are not believed', () => {
  for (const bad of ['7', NaN, -1, Infinity, {}, null]) {
    const told = read({state: 'warming', progress: bad, eta_ms: bad});
    assert.equal(told.etaSeconds, null);
    assert.equal(told.progress, 0);
  }
  assert.equal(read({state: 'warming', progress: 7}).progress, 1);
});

test('what is no status says nothing', () => {
  for (const bad of [null, undefined, 'ready', 7, [], {}, {state: 'hot'},
    {state: ['ready']}, {state: 'constructor'}, {state: '__proto__'}]) {
    assert.equal(read(bad), null);
  }
});

test('a bare 503 of an edge means that nothing runs yet', () => {
  assert.equal(readFailure({...silent, status: 503}).state, 'cold');
});

test('a failure that a page on another origin cannot read is the same', () => {
  assert.equal(readFailure(silent).state, 'cold');
});

test('an own server that does not answer is out of reach', () => {
  assert.equal(readFailure({...silent, sameOrigin: true}).state, 'offline');
});

test('without a network nothing is said of the server', () => {
  assert.equal(readFailure({...silent, status: 503, online: false}).state,
               'offline');
});

test('after long silence it has failed', () => {
  const told = readFailure({...silent, silentSeconds: 181});
  assert.equal(told.state, 'failed');
  assert.match(told.reason, /181 s/);
});

test('a refusal is no sleep', () => {
  assert.equal(readFailure({...silent, status: 404}).state, 'failed');
  assert.equal(readFailure({...silent, status: 429}).state, 'cold');
});

test('the bar does not go back when another instance takes over', () => {
  let shown = advance(kUnknown, warming(0.6));
  shown = advance(shown, {...kUnknown, state: 'cold'});
  assert.equal(shown.progress, 0.6);
  shown = advance(shown, warming(0.1, {etaSeconds: 20}));
  assert.equal(shown.progress, 0.6);
  assert.equal(shown.etaSeconds, 20);  // but the time is the truth
  assert.equal(advance(shown, warming(0.7)).progress, 0.7);
});

test('the next wait begins anew', () => {
  const ready = advance(warming(0.6), {...kUnknown, state: 'ready'});
  assert.equal(ready.progress, 1);
  assert.equal(advance(ready, warming(0.05)).progress, 0.05);
});
