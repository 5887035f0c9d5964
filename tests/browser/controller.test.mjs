// A real warmup-controller beside the shop: a visitor's intent starts the server
// that her photo will need, and her leaving withdraws it.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {launch, photo} from './support/browser.mjs';
import {OtherShop, moduleScript} from './support/other_shop.mjs';
import {Controller, Server, freePort, serverCommand, until} from './support/programs.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

// A target that exists while visitors want it, and its policy.
const documents = (port, shop) => [
  {apiVersion: 'prewarm.dev/v1alpha1', kind: 'LocalProcess',
    metadata: {name: 'server', namespace: 'shop'},
    spec: {command: serverCommand('--cors-origin', shop), stopTimeout: '5s',
      ports: {from: port, to: port}}},
  {apiVersion: 'prewarm.dev/v1alpha1', kind: 'PrewarmPolicy',
    metadata: {name: 'visitors', namespace: 'shop'},
    spec: {targetRef: {kind: 'LocalProcess', name: 'server'},
      replicas: {max: 1}, warmup: {jitter: '0s', timeout: '60s'},
      intent: {enabled: true}}}];

const visitors = 'prewarm_intent_visitors{namespace="shop",target="server"}';

async function withController(body) {
  const shop = await OtherShop.start({script: moduleScript,
                                      connect: 'http://127.0.0.1:*'});
  const port = await freePort();
  const controller = await Controller.start(documents(port, shop.url), [shop.url, '*']);
  const visitor = await browser.visitor();
  visitor.expected = [/net::ERR_/, /CORS policy/];
  try {
    await body({shop, controller, visitor, server: `http://127.0.0.1:${port}`});
    await visitor.close();
  } finally {
    await controller.stop();
    await shop.stop();
  }
}

const element = ({controller, server}) => `<prewarm-upload server="${server}"
  controller="${controller.publicUrl}" target="shop/server"></prewarm-upload>`;

test('an intent starts the server, and its progress is shown before it is there',
     () => withController(async (scene) => {
       const {shop, controller, visitor} = scene;
       assert.equal((await (await fetch(
         `${controller.url}/api/v1/targets/shop/server/warmup`)).json()).state, 'cold');
       shop.element = element(scene);
       const page = await visitor.open(shop.url);
       await page.state('warming');
       await page.add(photo());
       await page.count('done', 1);
       assert.equal(await page.upload.getAttribute('state'), 'ready');
       await page.picture('with-controller');
     }));

test('a visitor who leaves withdraws her intent', () => withController(async (scene) => {
  const {shop, controller, visitor} = scene;
  shop.element = element(scene);
  const page = await visitor.open(shop.url);
  await until('an intent', async () => await controller.metric(visitors) === 1);
  await page.page.goto('about:blank');
  await until('no intent', async () => await controller.metric(visitors) === 0, 15);
}));

test('the shop of the program learns of its controller and may call it',
     () => withController(async ({controller, visitor}) => {
       const server = await Server.start({args: [
         '--page-controller', controller.publicUrl, '--page-target', 'shop/server']});
       try {
         visitor.expected = [];
         await visitor.open(server.url);
         await until('an intent', async () =>
           await controller.metric(visitors) === 1);
       } finally {
         await server.stop();
       }
     }));
