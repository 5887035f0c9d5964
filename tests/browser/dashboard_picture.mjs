// Makes docs/dashboard.png: the real page, of a controller that is told two days of
// history, which are made up, and starts instances that have no network in them.
//   PREWARM_STOREFRONT_MODULES=$(scripts/storefront_tools.sh) \
//     node tests/browser/dashboard_picture.mjs
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {launch} from './support/browser.mjs';
import {Controller, freePort, root, until} from './support/programs.mjs';

const kHour = 3600;
const kTarget = 'shop/LocalProcess/server';
const now = Math.floor(Date.now() / 1000);
// A day that began five hours ago, and its peak.
const opens = Math.floor(now / kHour) * kHour - 5 * kHour;
const clock = (at) => new Date(at * 1000).toISOString().slice(11, 16);

const record = {until: now - 20, targets: {}, openings: {}};
const steps = [];
const warmups = [];
const openings = [];
for (const day of [-2, -1, 0]) {
  const begin = opens + day * 24 * kHour;
  const rise = (due, from, to, lead, took) => {
    steps.push([due - lead, to, from, from], [due - lead + 4, to, to, from]);
    for (let n = from; n < to; ++n) {
      warmups.push({ended: due - lead + took, tookMs: took * 900 - n * 400,
        instance: `server-${n}.${day + 2}`, verified: true});
    }
    steps.push([due - lead + took, to, to, to]);
    openings.push({due, asked: to, warmBefore: lead - took, missed: false,
      warmAt: due - lead + took});
  };
  rise(begin, 0, 2, 60, 41 + day);
  rise(begin + 2.5 * kHour, 2, 4, 60, day === -1 ? 85 : 44);
  steps.push([begin + 4.5 * kHour + 120, 2, 2, 2]);
  steps.push([begin + 9 * kHour + 120, 0, 0, 0]);
}
const past = ([at]) => at < now - 60;
record.targets[kTarget] = {since: now - 14 * 24 * kHour, hours: 336,
  instanceHours: 14 * 22.4, stepsSince: now - 48 * kHour,
  warmupsSince: now - 48 * kHour, steps: steps.filter(past),
  warmups: warmups.filter((one) => one.ended < now - 60)};
record.openings['shop/hours'] = openings.filter((one) => one.due < now - 60);
const makespans = [38, 41, 52, 40, 44, 39, 85, 43, 47, 41].map((seconds) => ({
  instances: 2, parallelism: 2, coldNode: false, tookMs: seconds * 1000, censored: false}));

const folder = mkdtempSync(join(tmpdir(), 'prewarm-picture-'));
writeFileSync(join(folder, 'state.json'), JSON.stringify({version: 1,
  targets: {[kTarget]: {makespans}},
  policies: {'shop/hours': {day: [2026, 1, 1], instanceHours: 0, intentHours: 0,
    knownSince: now - 14 * 24 * kHour, opening: {due: opens + 2.5 * kHour, asked: 4,
      missed: false, judged: true, warmAt: opens + 2.5 * kHour - 16}}}, record}));
const port = await freePort();
const controller = await Controller.start([
  {apiVersion: 'prewarm.dev/v1alpha1', kind: 'LocalProcess',
    metadata: {name: 'server', namespace: 'shop'},
    spec: {command: ['python3', join(root, 'tests/contract/fake_instance.py'), '{port}'],
      ports: {from: port, to: port + 7}, stopTimeout: '2s'}},
  {apiVersion: 'prewarm.dev/v1alpha1', kind: 'PrewarmPolicy',
    metadata: {name: 'hours', namespace: 'shop'},
    spec: {targetRef: {kind: 'LocalProcess', name: 'server'}, replicas: {max: 4},
      warmup: {jitter: '0s'}, windows: [
        {name: 'day', from: clock(opens), to: clock(opens + 9 * kHour), replicas: 2},
        {name: 'peak', from: clock(opens + 2.5 * kHour),
          to: clock(opens + 4.5 * kHour), replicas: 4}]}},
], [], ['--state', join(folder, 'state.json'), '--price', '0.526']);
const browser = await launch();
try {
  await until('warm instances', async () => (await (await fetch(
    `${controller.url}/api/v1/targets/shop/server/warmup`)).json()).warm >= 2, 60);
  const visitor = await browser.visitor({viewport: {width: 1100, height: 1180}});
  const page = await visitor.page(`${controller.url}/#shop/hours`);
  await page.locator('#instances').getByText('warm').first().waitFor();
  await page.screenshot({path: join(root, 'docs', 'dashboard.png'),
    animations: 'disabled'});
  await visitor.close();
} finally {
  await browser.close();
  await controller.stop();
  rmSync(folder, {recursive: true});
}
