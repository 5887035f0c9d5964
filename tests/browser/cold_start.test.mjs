// A server that is cold, and a visitor who has her photo ready before it is.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {launch, pet, photo, photos} from './support/browser.mjs';
import {Server, until} from './support/programs.mjs';
import {Proxy} from './support/proxy.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

async function withServer(options, body) {
  const server = await Server.start(options);
  const visitor = await browser.visitor();
  try {
    await body(server, visitor);
    await visitor.close();
  } finally {
    server.open();  // it could not end in the middle of a start
    await server.stop();
  }
}

test('a photo chosen while the server warms up is cut out when it is warm',
     () => withServer({gate: true}, async (server, visitor) => {
       const shop = await visitor.open(server.url);
       await shop.state('warming');
       await shop.add(pet);
       await shop.count('waiting', 1);
       await shop.upload.locator('progress').first().waitFor({state: 'visible'});
       assert.notEqual(await shop.status.innerText(), '');
       await shop.accessible('warming');
       await shop.picture('warming-desktop');
       await shop.page.setViewportSize({width: 360, height: 740});
       await shop.page.emulateMedia({colorScheme: 'dark'});
       await shop.accessible('warming, phone, dark');
       await shop.page.emulateMedia({colorScheme: 'light'});
       await shop.fits('warming');
       await shop.upload.scrollIntoViewIfNeeded();
       await shop.picture('warming-phone');
       server.open();
       await shop.count('done', 1);
       assert.ok(await shop.printed() > 20);
       await shop.state('ready', 'busy');
     }));

test('the progress that is shown never goes back, and ends at ready',
     () => withServer({gate: true}, async (server, visitor) => {
       const shop = await visitor.open(server.url);
       await shop.page.evaluate(() => {
         window.told = [];
         document.addEventListener('prewarm-warmth', ({detail}) =>
           window.told.push([detail.state, detail.progress]));
       });
       await shop.state('warming');
       server.open();
       await shop.state('ready');
       const told = await shop.page.evaluate(() => window.told);
       const progress = told.map(([, value]) => value);
       assert.deepEqual(progress, [...progress].sort((a, b) => a - b));
       assert.deepEqual(told.at(-1), ['ready', 1]);
     }));

test('a reload in the middle of the queue loses nothing',
     () => withServer({gate: true}, async (server, visitor) => {
       const shop = await visitor.open(server.url);
       await shop.add(photos(3));
       await shop.count('waiting', 3);
       await shop.page.reload();
       await shop.count('waiting', 3);
       assert.deepEqual(await shop.rows.locator('.name').allInnerTexts(),
                        ['pet-1.jpg', 'pet-2.jpg', 'pet-3.jpg']);
       server.open();
       await shop.count('done', 3);
       await shop.page.reload();
       await shop.count('done', 3);
       assert.ok(await shop.printed() > 20);
     }));

test('a server that sleeps is woken by the page that is opened',
     () => withServer({warm: false}, async (server, visitor) => {
       assert.equal((await server.warmth()).state, 'cold');
       const shop = await visitor.open(server.url);
       await shop.state('ready');
       await shop.add(photo());
       await shop.count('done', 1);
     }));

test('a page of one\'s own that waits for a touch lets the server sleep until then',
     async (t) => {
       const folder = mkdtempSync(join(tmpdir(), 'prewarm-page-'));
       t.after(() => rmSync(folder, {recursive: true}));
       writeFileSync(join(folder, 'index.html'), `<!doctype html><html lang="en">
         <title>Own</title><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
         <main><h1>A page of one's own</h1>
         <prewarm-upload announce="interaction"></prewarm-upload></main>
         <script type="module" src="/storefront/index.js"></script>`);
       await withServer({warm: false, gate: true, args: ['--page-dir', folder]},
                        async (server, visitor) => {
         const shop = await visitor.open(server.url);
         await shop.state('cold');
         assert.equal((await server.warmth()).state, 'cold');
         await shop.accessible('cold');
         await shop.picture('cold-own-page');
         await shop.upload.locator('.drop').hover();
         await shop.state('warming');
       });
     });

test('where strangers may not wake the server, their photo does',
     () => withServer({warm: false, gate: true}, async (server) => {
       const visitor = await browser.visitor();
       const proxy = await Proxy.start(server.url);
       proxy.caller = '203.0.113.7';
       visitor.expected = [/403 \(Forbidden\)/];
       const shop = await visitor.open(proxy.url);
       await until('a refused wake-up', async () => proxy.seen.some(
         (one) => one.method === 'POST' && one.path === '/warmup' && one.status === 403));
       assert.equal((await server.warmth()).state, 'cold');
       await shop.add(photos(3));
       await shop.state('warming');
       server.open();
       await shop.count('done', 3);
       assert.equal(new Set(proxy.photos().map((one) => one.key)).size, 3);
       await visitor.close();
       await proxy.stop();
     }));

test('a warm-up that fails is said, and the photo waits',
     () => withServer({model: 'no-such-model'}, async (server, visitor) => {
       const shop = await visitor.open(server.url);
       await shop.state('failed');
       await shop.add(photo());
       await shop.count('waiting', 1);
       assert.match(await shop.status.innerText(), /does not work/);
       await shop.accessible('failed');
       await shop.page.emulateMedia({colorScheme: 'dark'});
       await shop.accessible('failed, dark');
       await shop.picture('failed-desktop-dark');
       await shop.page.emulateMedia({colorScheme: 'light'});
       await shop.picture('failed-desktop');
     }));

test('what the shop costs a cold server is one answer each', () => withServer(
  {gate: true}, async (server) => {
    const first = await fetch(server.url);
    assert.equal(first.status, 200);
    const again = await fetch(server.url, {headers: {
      'If-None-Match': first.headers.get('etag')}});
    assert.equal(again.status, 304);
    assert.equal((await again.arrayBuffer()).byteLength, 0);
  }));
