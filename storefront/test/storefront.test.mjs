import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';
import {Storefront} from '../src/storefront.js';
import {openPage} from './browser_double.mjs';

const kController = {controller: 'https://warm.example/', target: 'shop/server'};
const photo = {id: 'p1', name: 'cat.jpg', state: 'waiting', detail: null};
let page;
const open = async (options = {}) => {
  const storefront = new Storefront(options);
  await storefront.start();
  return storefront;
};
const stream = () => page.streams[page.streams.length - 1];

beforeEach(() => {
  page = openPage();
});

test('nothing is asked before the visitor is announced', async () => {
  await open();
  await page.pass(60000);
  assert.deepEqual([page.streams.length, page.requests.length], [0, 0]);
});

test('a stream of a ready server is closed after a minute, and opened for her ' +
     'return', async () => {
  const storefront = await open();
  storefront.announce();
  stream().say('ready', {state: 'ready'});
  await page.pass(59000);
  assert.ok(!stream().closed);
  await page.pass(2000);
  assert.ok(stream().closed);
  storefront.announce();
  assert.ok(!stream().closed);
});

test('that of a controller stays: it keeps no instance', async () => {
  const storefront = await open(kController);
  storefront.announce();
  assert.equal(stream().url,
               'https://warm.example/api/v1/targets/shop/server/warmup');
  stream().say('warmup', {state: 'ready'});
  await page.pass(300000);
  assert.ok(!stream().closed);
  storefront.stop();
});

test('a cold server is told to warm up; a controller is told of a visitor',
     async () => {
  const storefront = await open();
  storefront.announce();
  stream().say('progress', {state: 'cold'});
  await page.settle();
  assert.deepEqual(page.requests.map((r) => [r.method, r.url]),
    [['POST', 'https://shop.example/warmup']]);
  page = openPage();
  page.answer = () => ({status: 200, body: {state: 'starting', etaSeconds: 7,
    heartbeatSeconds: 10}});
  const other = await open(kController);
  other.announce();
  await page.settle();
  assert.deepEqual(page.requests.map((r) => r.url),
    ['https://warm.example/api/v1/targets/shop/server/intent']);
  assert.equal(other.warmth.state, 'warming');
  assert.equal(other.warmth.etaSeconds, 7);
  other.stop();
});

test('a server with too many photos is busy as long as it said', async () => {
  const storefront = await open();
  storefront.announce();
  stream().say('ready', {state: 'ready'});
  storefront.answered({...photo, notBefore: Date.now() + 5000}, 429);
  assert.equal(storefront.warmth.state, 'busy');
  await page.pass(5000);
  assert.equal(storefront.warmth.state, 'ready');
});

test('the first photo that is done ends it, and the page is told', async () => {
  const storefront = await open();
  storefront.announce();
  stream().say('ready', {state: 'ready'});
  const told = [];
  storefront.on('warmth', (warmth) => told.push(warmth.state));
  storefront.answered({...photo, notBefore: Date.now() + 5000}, 429);
  storefront.answered({...photo, state: 'done'}, 200);
  storefront.answered({...photo, state: 'done'}, 200);
  assert.deepEqual(told, ['busy', 'ready']);
});

test('a server that was ready and does not answer is looked at', async () => {
  const storefront = await open();
  storefront.announce();
  stream().say('ready', {state: 'ready'});
  page.answer = () => ({status: 0});
  storefront.answered({...photo, notBefore: Date.now() + 1000}, 0);
  assert.equal(storefront.warmth.state, 'cold');
  await page.settle();
  assert.equal(storefront.warmth.state, 'offline');
  storefront.stop();
});

test('a photo that failed is told with the word of the server', async () => {
  const storefront = await open();
  const told = [];
  storefront.on('error', (detail) => told.push(detail));
  storefront.answered({...photo, state: 'failed', error: 'unreadable',
    detail: 'the JPEG ends early'}, 422);
  assert.deepEqual(told, [{id: 'p1', name: 'cat.jpg', code: 'unreadable',
    message: 'the JPEG ends early'}]);
});

test('where nobody may wake the server, the first photos do', async () => {
  page.answer = () => ({status: 403, body: {}});
  const storefront = await open();
  const {isWarm} = storefront.queue.options;
  storefront.announce();
  stream().say('progress', {state: 'cold'});
  assert.ok(!isWarm());
  assert.ok(storefront.awaited);
  let pumped = 0;
  storefront.queue.pump = () => ++pumped;
  await page.settle();
  assert.ok(isWarm());
  assert.ok(!storefront.awaited);
  assert.ok(pumped > 0);
  // One photo woke it: the others wait until it is warm.
  stream().say('progress', {state: 'warming'});
  assert.ok(!isWarm());
});

test('nobody is said to wake it after the last upload', async () => {
  const storefront = await open(kController);
  storefront.announce();
  storefront.intent.uploading();
  storefront.queue.photos = [{...photo, state: 'sending', order: 1}];
  assert.ok(storefront.awaited);
  storefront.queue.photos = [];
  assert.ok(!storefront.awaited);
  storefront.announce();
  assert.ok(storefront.awaited);
  storefront.stop();
});

test('each page tells of each result once, and of what was there as such',
     async () => {
  const told = [];
  const storefront = new Storefront({});
  storefront.on('result', ({id, restored}) => told.push([id, restored]));
  storefront.queue.vault.all = async () => [
    {...photo, state: 'done', order: 1, created: Date.now()}];
  await storefront.start();
  storefront.changed();
  // Another page has sent it.
  storefront.queue.photos = storefront.queue.photos.concat(
    {...photo, id: 'p2', state: 'done', order: 2});
  storefront.changed();
  assert.deepEqual(told, [['p1', true], ['p2', false]]);
});

test('a result stays while it is tried again', async () => {
  const storefront = await open();
  const kept = {...photo, prepared: true, notBefore: 0};
  storefront.queue.photos = [{...kept, state: 'done', order: 1},
    {...kept, id: 'p2', state: 'failed', order: 2}];
  storefront.queue.unkept = new Set(['p1', 'p2']);
  await storefront.retry('p1');
  await storefront.retry('p2');
  assert.deepEqual(storefront.photos.map((one) => one.state),
    ['done', 'waiting', 'waiting']);
  assert.equal(storefront.photos[0].id, 'p1');
  storefront.stop();
});

test('two queues of one server have names of their own', async () => {
  const one = await open({queue: 'mug'});
  const other = await open();
  assert.notEqual(one.queue.options.name, other.queue.options.name);
});

test('the package can be imported where pages are made', async () => {
  const module = await import('../src/index.js');
  assert.deepEqual(Object.keys(module).sort(),
    ['Storefront', 'defineElement', 'languages']);
});
