// Two pages of one shop share a queue: what one takes, both show, and once.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {launch, photos} from './support/browser.mjs';
import {Server} from './support/programs.mjs';
import {Proxy} from './support/proxy.mjs';

let browser;
let server;
let proxy;
before(async () => {
  [browser, server] = await Promise.all([launch(), Server.start({gate: true})]);
  proxy = await Proxy.start(server.url);
});
after(async () => {
  await browser?.close();
  await proxy?.stop();
  server?.open();
  await server?.stop();
});

// What a shop's own code hears.
const results = (shop) => shop.page.evaluate(() => window.results);
const listen = () => {
  window.results = [];
  document.addEventListener('prewarm-result', ({detail}) =>
    window.results.push([detail.name, detail.blob.size > 0, detail.restored]));
};

test('two tabs never send a photo twice, and both show the cut-outs', async () => {
  const visitor = await browser.visitor();
  await visitor.context.addInitScript(listen);
  const first = await visitor.open(proxy.url);
  const second = await visitor.open(proxy.url);
  await first.add(photos(2));
  await second.count('waiting', 2);
  await second.add({...photos(3)[2]});
  await first.count('waiting', 3);
  server.open();
  await Promise.all([first.count('done', 3), second.count('done', 3)]);
  assert.equal(proxy.photos().length, 3);
  assert.equal(new Set(proxy.photos().map((one) => one.key)).size, 3);
  for (const tab of [first, second]) {
    const told = await results(tab);
    assert.equal(told.length, 3);
    assert.ok(told.every(([, whole, restored]) => whole && !restored));
  }
  await second.page.reload();
  await second.count('done', 3);
  assert.deepEqual((await results(second)).map(([, , restored]) => restored),
                   [true, true, true]);
  await visitor.close();
});

test('when the tab that sends is closed, the other one goes on', async () => {
  const visitor = await browser.visitor();
  const before = proxy.photos().length;
  const first = await visitor.open(proxy.url);
  const second = await visitor.open(proxy.url);
  let go;
  proxy.decide = () => new Promise((pass) => { go ??= pass; });
  await first.add(photos(2));
  // Not "next in the queue": somebody is at work on them.
  await second.count('sending', 2);
  await first.page.close();
  proxy.decide = () => 'pass';
  go?.('pass');
  await second.count('done', 2);
  const keys = proxy.photos().slice(before).map((one) => one.key);
  assert.equal(new Set(keys).size, 2);
  await visitor.close();
});
