import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';
import {Watch} from '../src/watch.js';
import {openPage} from './browser_double.mjs';

const kUrl = 'https://warm.example/warmup';
let page;
let told;
let watch;
const states = () => told.map((warmth) => warmth.state);

beforeEach(() => {
  page = openPage();
  told = [];
  watch = new Watch(kUrl, (warmth) => told.push(warmth));
});

test('the stream tells, and nothing is asked beside it', async () => {
  watch.start();
  page.streams[0].say('progress', {state: 'warming', progress: 0.5});
  page.streams[0].say('ready', {state: 'ready'});
  await page.pass(60000);
  assert.deepEqual(states(), ['warming', 'ready']);
  assert.deepEqual(page.requests, []);
});

test('the events of a controller are understood, too', () => {
  watch.start();
  page.streams[0].say('warmup', {state: 'starting', etaSeconds: 20});
  assert.deepEqual(states(), ['warming']);
});

test('a stream that says nothing is replaced by asking', async () => {
  page.answer = () => ({status: 200, body: {state: 'warming', progress: 0.2}});
  watch.start();
  await page.pass(30000);
  assert.ok(page.streams.every((stream) => stream.closed));
  assert.equal(page.streams.length, 2);  // two silent ones are enough
  assert.ok(told.length > 5);
});

test('a stream that breaks is opened again once an answer came', async () => {
  page.answer = () => ({status: 200, body: {state: 'ready'}});
  watch.start();
  page.streams[0].say('progress', {state: 'warming'});
  page.streams[0].onerror();
  await page.pass(100);
  assert.deepEqual(states(), ['warming', 'ready']);
  assert.equal(page.streams.length, 2);
});

test('where nobody answers it is asked later and later, not for ever cold',
     async () => {
  page.answer = () => ({status: 503, body: 'no endpoints'});
  watch.start();
  page.streams[0].onerror();
  await page.pass(150000);
  const count = page.requests.length;
  assert.ok(count > 5 && count < 40, `${count}`);
  assert.ok(states().every((state) => state === 'cold'));
  await page.pass(60000);
  assert.equal(states().pop(), 'failed');
});

test('a web page in place of a status is no status', async () => {
  page.answer = () => ({status: 200, body: '<html>login</html>'});
  watch.start();
  page.streams[0].onerror();
  await page.pass(10);
  assert.deepEqual(states(), ['cold']);
});

test('without a network it says so, and looks when it is back', async () => {
  page.answer = () => ({status: 0});
  watch.start();
  page.streams[0].say('ready', {state: 'ready'});
  navigator.onLine = false;
  page.dispatchEvent(new Event('offline'));
  await page.pass(10);
  assert.deepEqual(states(), ['ready', 'offline']);
  navigator.onLine = true;
  page.answer = () => ({status: 200, body: {state: 'ready'}});
  page.dispatchEvent(new Event('online'));
  await page.pass(10);
  assert.equal(states().pop(), 'ready');
});

test('after its end it neither asks nor tells', async () => {
  watch.start();
  const stream = page.streams[0];
  watch.stop();
  stream.say('ready', {state: 'ready'});
  page.dispatchEvent(new Event('online'));
  await page.pass(60000);
  assert.deepEqual(told, []);
  assert.deepEqual(page.requests, []);
});

test('a browser without streams asks', async () => {
  globalThis.EventSource = undefined;
  page.answer = () => ({status: 200, body: {state: 'ready'}});
  watch.start();
  await page.pass(10);
  assert.deepEqual(states(), ['ready']);
});
