// Makes the pictures of docs/ out of the shop itself: storefront.png, a photo that
// waits on a phone and a mug on a desktop, and storefront-states.png.
//   PREWARM_STOREFRONT_MODULES=$(scripts/storefront_tools.sh) \
//     PREWARM_TEST_STORE=$PWD/build/store PREWARM_PET=cat.png \
//     node tests/browser/hero.mjs
import {join} from 'node:path';
import {launch, pet} from './support/browser.mjs';
import {root, Server} from './support/programs.mjs';

const still = {animations: 'disabled'};
const browser = await launch();
const server = await Server.start({gate: true});
const broken = await Server.start({model: 'no-such-model'});
const visitor = await browser.visitor({deviceScaleFactor: 2});

// `html` with pictures in the place of {name}, as docs/`file`.
async function compose(file, width, height, html, shots) {
  const page = await visitor.context.newPage();
  await page.setViewportSize({width, height});
  await page.setContent(html.replace(/\{(\w+)\}/g, (_, name) =>
    `data:image/png;base64,${shots[name].toString('base64')}`));
  for (const image of await page.locator('img').all()) {
    await image.evaluate((one) => one.decode());
  }
  await page.screenshot({path: join(root, 'docs', file), scale: 'css'});
  await page.close();
}

async function open(url, width, height) {
  const shop = await visitor.open(url);
  await shop.page.setViewportSize({width, height});
  return shop;
}

const shots = {};
const asleep = await open(broken.url, 360, 800);
await asleep.state('failed');
await asleep.add(pet);
await asleep.count('waiting', 1);
shots.failed = await asleep.upload.screenshot(still);
await asleep.page.close();

const phone = await open(server.url, 360, 800);
await phone.state('warming');
await phone.add(pet);
await phone.count('waiting', 1);
shots.warming = await phone.upload.screenshot(still);
await phone.page.evaluate(() => scrollTo({behavior: 'instant',
  top: document.querySelector('.price').offsetTop - 24}));
shots.phone = await phone.page.screenshot(still);
await visitor.context.setOffline(true);
await phone.state('offline');
shots.offline = await phone.upload.screenshot(still);
await visitor.context.setOffline(false);
server.open();
await phone.count('done', 1);
await phone.state('ready');
shots.done = await phone.upload.screenshot(still);

const desktop = await open(server.url, 1280, 890);
await desktop.count('done', 1);
await desktop.printed();
await desktop.page.locator('#colours').getByText('Sage').click();
await desktop.page.evaluate(() => scrollTo({behavior: 'instant', top: 0}));
shots.desktop = await desktop.page.screenshot(still);

await compose('storefront.png', 1400, 740, `<style>
  body { margin: 0; inline-size: 1400px; block-size: 740px; overflow: hidden;
    background: #e5dccd; position: relative; }
  img { position: absolute; box-shadow: 0 0 30px #0003; }
  .phone { left: 40px; top: 60px; inline-size: 288px; block-size: 640px;
    border: 8px solid #2b2420; border-radius: 32px; }
  .desktop { left: 390px; top: 60px; inline-size: 980px; border-radius: 12px; }
</style><img class="phone" src="{phone}"><img class="desktop" src="{desktop}">`, shots);
await compose('storefront-states.png', 1400, 580, `<style>
  body { margin: 0; inline-size: 1400px; block-size: 580px; background: #e5dccd;
    display: flex; gap: 20px; padding: 20px; box-sizing: border-box;
    align-items: start; }
  img { inline-size: 296px; padding: 12px; border-radius: 12px; background: #fdfaf5; }
</style><img src="{warming}"><img src="{offline}"><img src="{failed}"><img src="{done}">`,
              shots);
await visitor.context.close();
await browser.close();
await server.stop();
await broken.stop();
