// The operator's dashboard: a policy whose window opens, its instances live.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {View, launch} from './support/browser.mjs';
import {Controller, freePort, serverCommand, until} from './support/programs.mjs';

const kWindow = '<img src=x onerror=alert(1)>';
let browser;
let controller;

const policy = (name, spec) => ({apiVersion: 'prewarm.dev/v1alpha1',
  kind: 'PrewarmPolicy', metadata: {name, namespace: 'shop'}, spec});

before(async () => {
  browser = await launch();
  const port = await freePort();
  controller = await Controller.start([
    {apiVersion: 'prewarm.dev/v1alpha1', kind: 'LocalProcess',
      metadata: {name: 'server', namespace: 'shop'},
      spec: {command: serverCommand(), stopTimeout: '5s',
        ports: {from: port, to: port}}},
    policy('always', {targetRef: {kind: 'LocalProcess', name: 'server'},
      replicas: {max: 1}, warmup: {jitter: '0s', timeout: '60s'},
      windows: [{name: 'day', from: '00:00', to: '24:00', replicas: 1}]}),
    policy('asleep', {targetRef: {kind: 'LocalProcess', name: 'server'},
      replicas: {max: 1}, suspend: true,
      windows: [{name: 'night', days: ['Sat'], from: '01:00', to: '02:00',
        replicas: 1}]}),
  ], []);
  await until('a warm instance', async () => {
    const reply = await fetch(
      `${controller.url}/api/v1/targets/shop/server/warmup`);
    return (await reply.json()).state === 'ready';
  }, 60);
});

after(async () => {
  await controller?.stop();
  await browser?.close();
});

async function withPage(options, path, body, expected = []) {
  const visitor = await browser.visitor(options);
  visitor.expected = expected;
  const page = await visitor.page(`${controller.url}/${path}`);
  await body(new View(page), page);
  await visitor.close();
}

for (const colorScheme of ['light', 'dark']) {
  for (const [kind, viewport] of [['desktop', {width: 1280, height: 900}],
    ['phone', {width: 360, height: 740}]]) {
    const name = `dashboard-${kind}-${colorScheme}`;
    test(`${name}: all policies, and one in words, plots and instances`,
         () => withPage({colorScheme, viewport}, '', async (view, page) => {
           await page.getByRole('link', {name: 'always'}).waitFor();
           await view.accessible(name);
           await view.fits(name);
           await view.picture(`${name}-all`, {fullPage: true});
           await page.getByRole('link', {name: 'always'}).click();
           await page.locator('#plot-instances svg').waitFor();
           await page.locator('#words li').first().waitFor();
           await page.locator('#instances').getByText('warm').first().waitFor();
           await view.accessible(`${name}, policy`);
           await view.fits(`${name}, policy`);
           await view.picture(`${name}-policy`, {fullPage: true});
         }));
  }
}

test('the filter leaves what is looked for, by keyboard alone',
     () => withPage({}, '', async (view, page) => {
       await page.getByRole('link', {name: 'always'}).waitFor();
       await page.keyboard.press('Tab');
       const skip = await page.evaluate(() => document.activeElement.className);
       assert.equal(skip, 'skip');
       await page.locator('#contains').focus();
       await page.keyboard.type('asl');
       await page.getByRole('link', {name: 'always'}).waitFor({state: 'detached'});
       assert.equal(await page.getByRole('link', {name: 'asleep'}).count(), 1);
     }));

test('an address with markup in it is only text',
     () => withPage({}, `#shop/${encodeURIComponent(kWindow)}`,
       async (view, page) => {
         await page.locator('#notice').waitFor({state: 'visible'});
         assert.equal(await page.locator('img').count(), 0);
       }, [/status of 404/]));

test('of a policy that is not there nothing of the one before is shown',
     () => withPage({}, '#shop/always', async (view, page) => {
       await page.locator('#words li').first().waitFor();
       await page.evaluate(() => { location.hash = '#shop/nobody'; });
       await page.locator('#policy').waitFor({state: 'hidden'});
       assert.match(await page.locator('#notice').innerText(), /no policy of this namespace/);
     }, [/404/]));

test('of a controller that does not answer the page says when it last did',
     () => withPage({}, '', async (view, page) => {
       await page.getByRole('link', {name: 'always'}).waitFor();
       await page.route('**/api/v1/**', (route) => route.abort());
       await page.getByText(/does not answer\. What is shown here is of \d\d:\d\d:\d\d UTC/)
         .waitFor();
       await view.accessible('controller away');
     }, [/net::ERR_FAILED/]));

test('a policy that sleeps is in no trouble, whatever its target does',
     () => withPage({}, '#shop/asleep', async (view, page) => {
       await page.locator('#now').getByText('suspended').waitFor();
       assert.equal(await page.locator('#trouble').isVisible(), false);
     }));
