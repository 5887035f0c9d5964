// The shop as a visitor meets it: looks, languages, keyboard, accessibility.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {after, before, test} from 'node:test';
import {launch, pet, photo} from './support/browser.mjs';
import {Server, until} from './support/programs.mjs';
import {Proxy} from './support/proxy.mjs';

let browser;
let server;
before(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  await server.ready();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const widths = {desktop: {width: 1280, height: 900}, phone: {width: 360, height: 740}};

async function visit(options, body, path = '/') {
  const visitor = await browser.visitor(options);
  const shop = await visitor.open(server.url + path);
  await body(shop, visitor);
  await visitor.close();
}

test('a photo becomes a mug', () => visit({}, async (shop) => {
  await shop.add(photo());
  await shop.count('done', 1);
  assert.ok(await shop.printed() > 20);
  await shop.page.locator('#colours').getByText('Night').click();
  assert.match(await shop.page.locator('#caption').innerText(), /your mug/);
  await shop.page.getByRole('button', {name: /Add to basket/}).click();
  assert.equal(await shop.page.locator('#basket').innerText(), '1');
}));

for (const [name, viewport] of Object.entries(widths)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`the shop on a ${name}, ${colorScheme}, before and after`, () => visit(
      {viewport, colorScheme, isMobile: name === 'phone', hasTouch: name === 'phone'},
      async (shop) => {
        await shop.state('ready');
        await shop.accessible('ready');
        await shop.fits('ready');
        await shop.picture(`shop-${name}-${colorScheme}`, {fullPage: true});
        await shop.add(pet);
        await shop.count('done', 1);
        await shop.printed();
        await shop.accessible('done');
        await shop.fits('done');
        await shop.picture(`done-${name}-${colorScheme}`, {fullPage: true});
      }));
  }
}

for (const [language, title] of [['de', 'Ihr Tier auf dem Becher'],
  ['fr', 'Votre animal sur une tasse'], ['es', 'Su mascota en una taza'],
  ['ar', 'Your pet on a mug']]) {
  test(`in ${language} the shop and its element speak one language`, () => visit(
    {viewport: widths.phone}, async (shop) => {
      assert.equal(await shop.page.locator('h1').innerText(), title);
      const known = language === 'ar' ? 'en' : language;
      assert.equal(await shop.page.evaluate(() => document.documentElement.lang), known);
      const texts = await shop.page.evaluate(async (code) =>
        (await (await import('/storefront/words.js')).languages[code]()).texts, known);
      assert.match(await shop.upload.locator('.drop').innerText(), new RegExp(texts.choose));
      await shop.fits(language);
      await shop.picture(`language-${language}`);
    }, `/?lang=${language}`));
}

test('every word of the page is there in every language', () => visit({}, async (shop) => {
  const missing = await shop.page.evaluate(async () => {
    const {words} = await import('/words.js');
    const keys = [...document.querySelectorAll('[data-word], [data-label]')].flatMap(
      (node) => [node.dataset.word, node.dataset.label]).filter(Boolean);
    return Object.entries(words).flatMap(([language, own]) =>
      keys.filter((key) => !own[key]).map((key) => `${language} ${key}`));
  });
  assert.deepEqual(missing, []);
}));

test('the language that was chosen is kept', () => visit({}, async (shop) => {
  await shop.page.getByLabel('Language').selectOption('de');
  await shop.page.reload();
  await shop.page.waitForFunction(() => document.documentElement.lang === 'de');
  assert.match(await shop.page.locator('.price').innerText(), /16,90\s€/);
}));

test('from right to left nothing sticks out', () => visit(
  {viewport: widths.phone}, async (shop) => {
    await shop.page.evaluate(() => { document.documentElement.dir = 'rtl'; });
    await shop.add(photo());
    await shop.count('done', 1);
    await shop.fits('right to left');
    await shop.picture('right-to-left', {fullPage: true});
  }));

test('who wants no motion gets none', () => visit(
  {reducedMotion: 'reduce'}, async (shop) => {
    await shop.add(photo());
    await shop.count('done', 1);
    await shop.printed();
    assert.deepEqual(await shop.page.evaluate(() =>
      document.getAnimations().filter((one) => one.playState === 'running').length), 0);
  }));

test('large text on a small window stays whole', () => visit(
  {viewport: {width: 320, height: 640}}, async (shop) => {
    await shop.page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
    });
    await shop.fits('320 px, 200 %');
    await shop.picture('large-text');
  }));

test('a keyboard is enough, from the photo to the basket', () => visit({}, async (shop) => {
  const {page} = shop;
  const focused = () => page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return `${at.localName}${at.type ? `[${at.type}]` : ''} ${
      at.getAttribute('aria-label') ?? at.value ?? ''} ${at.textContent.trim()}`;
  });
  const tabTo = async (pattern) => {
    for (let step = 0; step < 40; ++step) {
      await page.keyboard.press('Tab');
      if (pattern.test(await focused())) return;
    }
    throw new Error(`Tab does not lead to ${pattern}`);
  };
  // Long before the key: until a browser has heard of it, it shows its own.
  const chosen = page.waitForEvent('filechooser');
  await page.keyboard.press('Tab');
  assert.match(await focused(), /Skip to the product/);
  await tabTo(/input\[file\]/);
  await page.keyboard.press('Space');
  await (await chosen).setFiles(photo());
  await shop.count('done', 1);
  await shop.printed();
  await tabTo(/input\[range\]/);
  const at = () => shop.upload.locator('input[type=range]').inputValue();
  const before = Number(await at());
  await page.keyboard.press('ArrowRight');
  assert.equal(Number(await at()), before + 1);
  await tabTo(/^a .*Download/);
  const [download] = await Promise.all([
    page.waitForEvent('download'), page.keyboard.press('Enter')]);
  assert.match(download.suggestedFilename(), /^figure.*\.png$/);
  await tabTo(/input\[radio\] cream/);
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.locator('#mug-picture').getAttribute('data-colour'), 'sage');
  await tabTo(/button.*Add to basket/);
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('#basket').innerText(), '1');
}));

test('who orders before a photo is there is led to it', () => visit({}, async (shop) => {
  await shop.page.getByRole('button', {name: /Add to basket/}).click();
  assert.match(await shop.page.locator('#said').innerText(), /photo first/);
  assert.equal(await shop.page.locator('#basket').innerText(), '0');
}));

test('what developers choose holds for the next photo', async () => {
  const proxy = await Proxy.start(server.url);
  const visitor = await browser.visitor();
  const shop = await visitor.open(proxy.url);
  const {page} = shop;
  await page.getByText('For developers').click();
  await page.getByLabel('Background').selectOption('white');
  await page.getByLabel('Format').selectOption('webp');
  await page.getByLabel('crop to the subject').check();
  await shop.add(photo());
  await shop.count('done', 1);
  const [{form}] = proxy.photos();
  for (const [name, value] of [['output', 'white'], ['format', 'webp'], ['crop', 'true'],
    ['share', 'false']]) {
    assert.match(form, new RegExp(`name="${name}"\r\n\r\n${value}\r\n`));
  }
  // Of a server with one model there is nothing to choose.
  assert.equal(await page.locator('#modes').isVisible(), false);
  assert.match(await page.locator('#state').innerText(), /ready/);
  await shop.accessible('developers');
  await visitor.close();
  await proxy.stop();
});

test('of a server with two models one can be chosen', () => visit({}, async (shop, visitor) => {
  const {page} = shop;
  // It has one; what it says of itself is made to have two.
  await page.route('**/warmup', async (route) => {
    if (route.request().headers().accept === 'text/event-stream') return route.continue();
    const response = await route.fetch();
    const said = {...await response.json(), modes: [{mode: 'base'}, {mode: 'fast'}]};
    return route.fulfill({response, json: said});
  });
  await page.getByText('For developers').click();
  await page.locator('#modes').waitFor({state: 'visible'});
  await page.locator('#mode').selectOption('fast');
  await shop.accessible('two models');
  const sent = page.waitForRequest('**/api/v2/process');
  await shop.add(photo());
  assert.match((await sent).postDataBuffer().toString('latin1'),
               /name="mode"\r\n\r\nfast\r\n/);
  visitor.expected = [/status of 400/];
  await shop.count('failed', 1);
}));

test('photos that are removed leave the mug', () => visit({}, async (shop) => {
  await shop.add([photo(), photo('figure.webp')]);
  await shop.count('done', 2);
  await until('both on the mug', async () =>
    await shop.page.locator('#prints button').count() === 2);
  await shop.page.locator('#prints button').first().click();
  assert.equal(await shop.page.locator('#print').getAttribute('alt'), 'figure.jpg');
  for (const left of [1, 0]) {
    await shop.rows.first().getByRole('button', {name: /^Remove/}).click();
    await shop.count('done', left);
  }
  await shop.page.locator('#print').waitFor({state: 'hidden'});
  assert.equal(await shop.page.locator('#sketch').getAttribute('visibility'), null);
}));

test('of a cut-out the box around what can be seen is printed', () => visit({}, async (shop) => {
  const boxes = await shop.page.evaluate(async () => {
    const {boxOf} = await import('/trim.js');
    // A picture of 4 x 3 with these alphas.
    const of = (alphas) => boxOf(alphas.flatMap((alpha) => [9, 9, 9, alpha]), 4, 3);
    return [
      of([0, 0, 0, 0, 0, 255, 90, 0, 0, 0, 0, 0]),
      of([255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 24]),
      of([23, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ];
  });
  assert.deepEqual(boxes, [
    {left: 1, top: 1, width: 2, height: 1}, {left: 0, top: 0, width: 4, height: 3}, null]);
}));

test('the first language that the shop has is spoken, whatever else is wanted', () => visit(
  {}, async (shop) => {
    const picked = await shop.page.evaluate(async () => {
      const {pick} = await import('/language.js');
      return [pick(['ar', 'de-AT', 'fr']), pick(['FR']), pick(['nl']), pick([])];
    });
    assert.deepEqual(picked, ['de', 'fr', 'en', 'en']);
  }));

test('what a shop adds to an element of its own at once is not lost',
     () => visit({}, async (shop) => {
       await shop.state('ready');
       const bytes = [...readFileSync(photo())];
       const refused = await shop.page.evaluate((given) => {
         const element = document.createElement('prewarm-upload');
         element.setAttribute('queue', 'second');
         document.querySelector('main').append(element);
         return element.add([new File([new Uint8Array(given)], 'own.jpg'),
           new File(['%PDF'], 'letter.pdf')]);
       }, bytes);
       assert.deepEqual(refused, [{name: 'letter.pdf', error: 'type'}]);
       await shop.page.waitForFunction(() => document.querySelector(
         'prewarm-upload[queue]').storefront.photos[0]?.state === 'done');
       // The product's own queue is another one.
       assert.equal(await shop.page.evaluate(() => document.getElementById(
         'upload').storefront.photos.length), 0);
     }));
