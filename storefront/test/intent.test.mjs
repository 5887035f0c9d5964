import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';
import {Intent, WakeUp} from '../src/intent.js';
import {openPage} from './browser_double.mjs';

const kUrl = 'https://warm.example/api/v1/targets/shop/server/intent';
const kCold = {state: 'cold', progress: 0, etaSeconds: null, phase: null,
  reason: null};
let page;
let heard;
const intent = (token = '') =>
  new Intent({url: kUrl, token}, (json) => heard.push(json));
const said = () => page.requests.map((r) => JSON.parse(r.body).state);

beforeEach(() => {
  page = openPage();
  heard = [];
  page.answer = () => ({status: 200, body: {state: 'cold', etaSeconds: 9,
    heartbeatSeconds: 10, ttlSeconds: 300}});
});

test('a visitor is announced, and keeps saying that she is there', async () => {
  intent().announce();
  await page.pass(25000);
  assert.deepEqual(said(), ['open', 'open', 'open']);
  assert.equal(heard[0].etaSeconds, 9);
});

test('the controller says how often', async () => {
  page.answer = () => ({status: 200, body: {heartbeatSeconds: 60}});
  intent().announce();
  await page.pass(70000);
  // The first pause begins before the first answer is there.
  assert.equal(said().length, 3);
});

test('one visitor is one over reloads, and unlike others', async () => {
  intent().announce();
  intent().announce();
  await page.settle();
  const [a, b] = page.requests.map((r) => JSON.parse(r.body).visitor);
  assert.equal(a, b);
  assert.match(a, /^[0-9a-f]{32}$/);
  const other = openPage();
  intent().announce();
  await other.settle();
  assert.notEqual(JSON.parse(other.requests[0].body).visitor, a);
});

test('a page that nobody looks at is silent, until it is seen again',
     async () => {
  intent().announce();
  await page.show('hidden');
  await page.pass(60000);
  assert.deepEqual(said(), ['open']);
  await page.show('visible');
  assert.deepEqual(said(), ['open', 'open']);
});

test('with photos that wait it goes on all the same', async () => {
  const one = intent();
  one.announce();
  one.waits = true;
  await page.show('hidden');
  await page.pass(30000);
  assert.ok(said().length >= 3);
});

test('who leaves says so, by a request that outlives the page', async () => {
  intent().announce();
  page.dispatchEvent(new Event('pagehide'));
  await page.settle();
  assert.deepEqual(said(), ['open', 'left']);
  assert.equal(page.requests[1].keepalive, true);
  assert.equal(page.requests[1].headers['Content-Type'], 'text/plain');
});

test('from the upload on the request itself keeps the instance', async () => {
  const one = intent();
  one.announce();
  one.uploading();
  await page.pass(60000);
  assert.deepEqual(said(), ['open', 'uploading']);
  one.resume();
  await page.settle();
  assert.deepEqual(said(), ['open', 'uploading', 'open']);
});

test('a token goes with it', async () => {
  intent('t1').announce();
  await page.settle();
  assert.equal(JSON.parse(page.requests[0].body).token, 't1');
});

test('who is refused does not ask again', async () => {
  page.answer = () => ({status: 403, body: {}});
  intent().announce();
  await page.pass(60000);
  assert.equal(said().length, 1);
});

test('who asks too often, or meets nobody, tries again', async () => {
  for (const status of [429, 503, 0]) {
    page = openPage();
    page.answer = () => ({status, body: {}});
    intent().announce();
    await page.pass(25000);
    assert.equal(said().length, 3, `${status}`);
  }
});

test('before it is announced nothing is said', async () => {
  const one = intent();
  one.uploading();
  page.dispatchEvent(new Event('pagehide'));
  await page.pass(60000);
  assert.deepEqual(said(), []);
});

test('a cold server is asked to warm up, once', async () => {
  const wake = new WakeUp('https://shop.example/warmup');
  wake.announce();
  wake.see(kCold);
  wake.see(kCold);
  await page.settle();
  assert.deepEqual(page.requests.map((r) => r.method), ['POST']);
});

test('one that warms by itself is not', async () => {
  const wake = new WakeUp('https://shop.example/warmup');
  wake.announce();
  for (const state of ['warming', 'ready', 'offline']) {
    wake.see({...kCold, state});
  }
  wake.see({...kCold, reason: 'answered 503'});  // nobody is there to ask
  await page.settle();
  assert.deepEqual(page.requests, []);
});

test('a server that needs a token for it is asked by the upload', async () => {
  page.answer = () => ({status: 401, body: {}});
  const wake = new WakeUp('https://shop.example/warmup');
  wake.announce();
  await wake.see(kCold);
  await wake.see(kCold);
  assert.equal(page.requests.length, 1);
});
