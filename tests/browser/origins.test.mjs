// A shop on an origin of its own, with modules or with one plain script.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {launch, photo} from './support/browser.mjs';
import {OtherShop, moduleScript, plainScript} from './support/other_shop.mjs';
import {Server} from './support/programs.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

// A shop whose server allows `allowed` to read its answers.
async function withShop({script, allowed}, body) {
  const shop = await OtherShop.start({script, connect: 'http://127.0.0.1:*'});
  const server = await Server.start(
    {args: ['--cors-origin', allowed === 'the shop' ? shop.url : allowed]});
  await server.ready();
  const visitor = await browser.visitor();
  try {
    await body(shop, server, visitor);
    await visitor.close();
  } finally {
    await shop.stop();
    await server.stop();
  }
}

for (const [what, script] of [['modules', moduleScript], ['one plain script', plainScript]]) {
  test(`a shop on another origin, with ${what}, cuts out its visitors' photos`,
       () => withShop({script, allowed: 'the shop'}, async (other, server, visitor) => {
         other.element = `<prewarm-upload server="${server.url}"></prewarm-upload>`;
         const shop = await visitor.open(other.url);
         await shop.state('ready');
         await shop.add(photo());
         await shop.count('done', 1);
         await shop.accessible(what);
         // The page says nothing of dark: its paper stays white.
         await shop.page.emulateMedia({colorScheme: 'dark'});
         await shop.accessible(`${what}, a light page in the dark`);
         await shop.page.emulateMedia({colorScheme: 'light'});
         await shop.picture(`other-origin-${what.replaceAll(' ', '-')}`);
       }));
}

test('a server that does not allow the shop is no success, and the photo stays',
     () => withShop({script: moduleScript, allowed: 'https://elsewhere.example'},
                    async (other, server, visitor) => {
       visitor.expected = [/CORS policy/, /net::ERR_FAILED/];
       other.element = `<prewarm-upload server="${server.url}"></prewarm-upload>`;
       const shop = await visitor.open(other.url);
       await shop.add(photo());
       await shop.count('waiting', 1);
       await shop.state('cold', 'failed');
       assert.match(await shop.status.innerText(), /waking up|does not work/);
     }));

test('words and languages of the script that imports the element count',
     () => withShop({script: '<script type="module" src="/own.js"></script>', allowed: 'the shop'},
                    async (other, server, visitor) => {
       other.own = `import {languages} from '/src/index.js';
         languages.nl = async () => ({texts: {drop: 'Foto hier neerzetten'}});
         document.querySelector('prewarm-upload').texts = {choose: 'of uitzoeken'};`;
       other.element = `<prewarm-upload lang="nl" server="${server.url}"></prewarm-upload>`;
       const shop = await visitor.open(other.url);
       await shop.upload.getByText('Foto hier neerzetten').waitFor();
       await shop.upload.getByText('of uitzoeken').waitFor();
     }));
