// What goes wrong between a visitor and the server, and how little she notices.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {after, before, test} from 'node:test';
import {launch, photo, photos} from './support/browser.mjs';
import {Server, until} from './support/programs.mjs';
import {Proxy} from './support/proxy.mjs';

// The browser itself reports answers that fail.
const failedLoad = /Failed to load resource|net::ERR_/;
let browser;
let server;
let proxy;
before(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  await server.ready();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function throughProxy(body, {expected = [], visitor: options} = {}) {
  proxy = await Proxy.start(server.url);
  const visitor = await browser.visitor(options);
  visitor.expected = expected;
  try {
    await body(await visitor.open(proxy.url), visitor);
    await visitor.close();
  } finally {
    await proxy.stop();
  }
}

// Every photo by its key: how often it was sent, and that it was the same one.
function sendings() {
  const byKey = new Map();
  for (const one of proxy.photos()) {
    byKey.set(one.key, [...byKey.get(one.key) ?? [], one]);
  }
  return byKey;
}

test('twenty photos are cut out in their order, each sent once', () => throughProxy(
  async (shop) => {
    await shop.add(photos(20));
    await shop.count('done', 20, 90000);
    const sent = proxy.photos();
    assert.equal(sent.length, 20);
    assert.equal(sendings().size, 20);
    assert.equal(new Set(sent.map((one) => one.sha256)).size, 20);
    await until('all on the mug', async () =>
      await shop.page.locator('#prints button').count() === 20);
    await shop.picture('twenty-photos', {fullPage: true});
  }));

test('the twenty-first photo is refused by name, the others are taken', () => throughProxy(
  async (shop) => {
    proxy.decide = () => new Promise(() => {});  // nobody is served yet
    await shop.add(photos(21));
    await until('a word on it', async () =>
      /pet-21\.jpg/.test(await shop.upload.locator('[role=alert]').innerText()));
    assert.equal(await shop.rows.count(), 20);
  }));

test('an answer that is lost on its way is asked for again by the same key',
     () => throughProxy(async (shop) => {
       let lost = 0;
       proxy.decide = () => (lost++ === 0 ? 'cut' : 'pass');
       await shop.add(photo());
       await shop.count('done', 1);
       const [tries] = [...sendings().values()];
       assert.ok(tries.length > 1);
       assert.equal(sendings().size, 1);
       assert.equal(new Set(tries.map((one) => one.sha256)).size, 1);
     }, {expected: [failedLoad]}));

test('an edge without a server behind it is waited for', () => throughProxy(
  async (shop) => {
    let bare = 0;
    proxy.decide = () => (bare++ < 2 ? 'bare' : 'pass');
    await shop.add(photo());
    await shop.count('done', 1);
    assert.equal(sendings().size, 1);
  }, {expected: [failedLoad]}));

test('without a connection photos are kept, and go when there is one', () => throughProxy(
  async (shop, visitor) => {
    await shop.state('ready');
    await visitor.context.setOffline(true);
    await shop.add(photos(2));
    await shop.state('offline');
    assert.match(await shop.status.innerText(), /No connection/);
    await shop.picture('offline-desktop');
    await visitor.context.setOffline(false);
    await shop.count('done', 2);
    assert.equal(sendings().size, 2);
  }, {expected: [failedLoad]}));

test('a server that dies in the middle of a queue and comes back finishes it',
     () => throughProxy(async (shop) => {
       const port = server.number;
       let killed = null;
       proxy.decide = () => {
         // When it has the second photo.
         if (proxy.photos().length === 2) killed ??= server.stop('SIGKILL');
         return 'pass';
       };
       await shop.add(photos(4));
       await until('its end', () => killed !== null);
       await killed;
       await shop.state('offline', 'cold');
       server = await Server.start({port});
       await shop.count('done', 4);
       assert.equal(sendings().size, 4);
       await shop.state('ready', 'busy');
     }, {expected: [failedLoad]}));

test('over a slow network how far the upload is can be seen', () => throughProxy(
  async (shop) => {
    const jpeg = readFileSync(photo());
    proxy.bytesPerSecond = 2e6;
    await shop.page.evaluate(() => {
      window.sent = new Set();
      document.addEventListener('prewarm-queue', ({detail}) => {
        for (const one of detail.photos) window.sent.add(one.sent);
      });
    });
    await shop.add({name: 'large.jpg', mimeType: 'image/jpeg',
      buffer: Buffer.concat([jpeg, Buffer.alloc(6 << 20)])});
    await shop.count('done', 1);
    const parts = await shop.page.evaluate(() => [...window.sent].sort((a, b) => a - b));
    assert.equal(parts[0], 0);
    assert.equal(parts.at(-1), 1);
    assert.ok(parts.some((one) => one > 0 && one < 1), String(parts));
  }));

test('what is no photo is refused by name, and the photo beside it is cut out',
     () => throughProxy(async (shop) => {
       await shop.add([
         {name: 'letter.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7')},
         {name: 'nothing.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(0)},
         {name: 'figure.jpg', mimeType: 'image/jpeg', buffer: readFileSync(photo())}]);
       await shop.count('done', 1);
       const said = await shop.upload.locator('[role=alert]').innerText();
       assert.match(said, /letter\.pdf/);
       assert.match(said, /nothing\.jpg/);
       assert.equal(await shop.rows.count(), 1);
       assert.equal(proxy.photos().length, 1);
     }));

test('a photo that is damaged inside fails with a reason, can be tried again and removed',
     () => throughProxy(async (shop) => {
       const jpeg = readFileSync(photo());
       await shop.add({name: 'torn.jpg', mimeType: 'image/jpeg',
         buffer: jpeg.subarray(0, 400)});
       await shop.count('failed', 1);
       assert.match(await shop.rows.first().innerText(), /torn\.jpg is damaged/);
       await shop.accessible('failed photo');
       await shop.picture('failed-photo');
       await shop.rows.first().getByRole('button', {name: /^Try again/}).click();
       await until('a second try', () => sendings().size === 2);
       await shop.count('failed', 1);
       await shop.rows.first().getByRole('button', {name: /^Remove/}).click();
       await shop.count('failed', 0);
       assert.equal(await shop.rows.count(), 0);
     }, {expected: [failedLoad]}));

test('what telephones and printers make becomes a cut-out, whether the browser shows it or not',
     () => throughProxy(async (shop) => {
       const names = ['figure.webp', 'figure.heic', 'figure.avif', 'figure-turned.jpg',
         'figure-cmyk.jpg'];
       await shop.add(names.map(photo));
       await shop.count('done', names.length);
       await until('all on the mug', async () =>
         await shop.page.locator('#prints button').count() === names.length);
     }));

test('a photo that is cancelled is not sent, the next one is', () => throughProxy(
  async (shop) => {
    const held = [];
    proxy.decide = () => new Promise((go) => held.push(go));
    await shop.add(photos(4));
    await until('photos under way', () => held.length > 0);
    await shop.rows.last().getByRole('button', {name: /^Cancel/}).click();
    await until('three are left', async () => await shop.rows.count() === 3);
    proxy.decide = () => 'pass';
    held.forEach((go) => go('pass'));
    await shop.count('done', 3);
    assert.equal(sendings().size, 3);
  }));
