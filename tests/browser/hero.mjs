// Makes docs/storefront.png out of the shop itself: a photo that waits on a phone,
// and a mug on a desktop.
//   PREWARM_STOREFRONT_MODULES=$(scripts/storefront_tools.sh) \
//     PREWARM_TEST_STORE=$PWD/build/store PREWARM_PET=cat.png \
//     node tests/browser/hero.mjs
import {join} from 'node:path';
import {launch, pet} from './support/browser.mjs';
import {root, Server} from './support/programs.mjs';

const browser = await launch();
const server = await Server.start({gate: true});
const visitor = await browser.visitor({deviceScaleFactor: 2});
const shots = [];
const shoot = async (shop, width, height) => {
  await shop.page.setViewportSize({width, height});
  await shop.page.evaluate(() => scrollTo(0, 0));
  return shop.page.screenshot({animations: 'disabled'});
};

const phone = await visitor.open(server.url);
await phone.page.setViewportSize({width: 360, height: 800});
await phone.state('warming');
await phone.add(pet);
await phone.count('waiting', 1);
await phone.page.evaluate(() => scrollTo({behavior: 'instant',
  top: document.querySelector('.price').offsetTop - 24}));
shots.push(await phone.page.screenshot({animations: 'disabled'}));
server.open();
const desktop = await visitor.open(server.url);
await desktop.count('done', 1);
await desktop.printed();
await desktop.page.locator('#colours').getByText('Sage').click();
shots.push(await shoot(desktop, 1280, 890));

const [small, large] = shots.map(
  (png) => `data:image/png;base64,${png.toString('base64')}`);
const page = await visitor.context.newPage();
await page.setViewportSize({width: 1400, height: 740});
await page.setContent(`<style>
  body { margin: 0; inline-size: 1400px; block-size: 740px; overflow: hidden;
    background: #e5dccd; position: relative; }
  img { position: absolute; box-shadow: 0 0 30px #0003; }
  .phone { left: 40px; top: 60px; inline-size: 288px; block-size: 640px;
    border: 8px solid #2b2420; border-radius: 32px; }
  .desktop { left: 390px; top: 60px; inline-size: 980px; border-radius: 12px; }
</style><img class="phone" src="${small}"><img class="desktop" src="${large}">`);
await page.locator('img').last().evaluate((image) => image.decode());
await page.screenshot({path: join(root, 'docs', 'storefront.png'), scale: 'css'});
await visitor.context.close();
await browser.close();
await server.stop();
