// A browser for the tests of one file. Whatever a page complains of, fails the
// test that opened it: errors, violations of its policy, what the console calls an
// error.
// PREWARM_STOREFRONT_MODULES: node_modules of scripts/storefront_tools.sh.
// PREWARM_CHROMIUM: the program. PREWARM_SCREENSHOTS: where pictures go.
// PREWARM_PET: a photo for them.
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {root} from './programs.mjs';

const modules = process.env.PREWARM_STOREFRONT_MODULES ??
  join(root, 'storefront', 'node_modules');
const require = createRequire(join(modules, 'x.js'));
const {chromium} = require('playwright-core');
const axeSource = readFileSync(join(modules, 'axe-core', 'axe.min.js'), 'utf8');
const screenshots = process.env.PREWARM_SCREENSHOTS ?? join(root, 'build', 'browser');
mkdirSync(screenshots, {recursive: true});

export const photo = (name = 'figure.jpg') =>
  join(root, 'tests', 'contract', 'data', name);
// A real animal where there is one, for pictures that people look at.
export const pet = process.env.PREWARM_PET ?? photo();
// The same picture under many names, each with bytes of its own.
export function photos(count) {
  const jpeg = readFileSync(photo());
  return Array.from({length: count}, (_, at) => ({
    name: `pet-${at + 1}.jpg`, mimeType: 'image/jpeg',
    buffer: Buffer.concat([jpeg, Buffer.from([at])])}));
}

export async function launch() {
  const browser = await chromium.launch({
    executablePath: process.env.PREWARM_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage']});
  return new Browser(browser);
}

class Browser {
  constructor(browser) {
    this.browser = browser;
  }

  close() {
    return this.browser.close();
  }

  // A visitor with storage of her own. `options` are those of a context.
  async visitor(options = {}) {
    const context = await this.browser.newContext(
      {viewport: {width: 1280, height: 900}, ...options});
    context.setDefaultTimeout(20000);
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => console.error(
        `policy violated: ${event.violatedDirective} ${event.blockedURI}`));
    });
    return new Visitor(context);
  }
}

class Visitor {
  constructor(context) {
    this.context = context;
    this.complaints = [];
    // What a test brings about, and the browser reports.
    this.expected = [];
  }

  // The shop at `url`, its element defined.
  async open(url) {
    const page = await this.page(url);
    await page.waitForFunction(() => customElements.get('prewarm-upload'));
    return new Shop(page);
  }

  // Any page, watched.
  async page(url) {
    const page = await this.context.newPage();
    page.on('pageerror', (error) => this.complaints.push(`${error}`));
    page.on('console', (message) => {
      if (message.type() === 'error') {
        this.complaints.push(`${message.text()} (${message.location().url})`);
      }
    });
    await page.goto(url);
    return page;
  }

  async close() {
    await this.context.close();
    const left = this.complaints.filter(
      (one) => !this.expected.some((pattern) => pattern.test(one)));
    assert.deepEqual(left, [], 'what the pages complained of');
  }
}

// One open page, as a person and as a checker sees it.
export class View {
  constructor(page) {
    this.page = page;
  }

  async picture(name, options = {}) {
    await this.page.screenshot({path: join(screenshots, `${name}.png`),
      animations: 'disabled', ...options});
  }

  // No rule of WCAG 2.1 A and AA is broken, as far as a program can tell.
  async accessible(name) {
    // Not in the page: its policy forbids what it has not brought itself.
    await this.page.evaluate(axeSource);
    const broken = await this.page.evaluate(async () => {
      const found = await window.axe.run(document, {runOnly: {type: 'tag',
        values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}});
      return found.violations.map((one) => `${one.id}: ${one.nodes.map(
        (node) => `${node.target} ${node.failureSummary}`).join('; ')}`);
    });
    assert.deepEqual(broken, [], `accessibility, ${name}`);
  }

  // Nothing is wider than the window.
  async fits(name) {
    const wide = await this.page.evaluate(() => {
      const {scrollWidth, clientWidth} = document.documentElement;
      return scrollWidth > clientWidth ? `${scrollWidth} > ${clientWidth}` : '';
    });
    assert.equal(wide, '', `overflow, ${name}`);
  }
}

// One with the element on it.
export class Shop extends View {
  constructor(page) {
    super(page);
    this.upload = page.locator('prewarm-upload');
    this.input = this.upload.locator('input[type=file]');
    this.status = this.upload.locator('[role=status]');
    this.rows = this.upload.locator('ol > li');
  }

  add(files) {
    return this.input.setInputFiles(files);
  }

  // Waits until so many photos are in a state.
  async count(state, number, timeout = 60000) {
    await this.page.waitForFunction(([wanted, many]) =>
      document.querySelector('prewarm-upload')?.shadowRoot
        ?.querySelectorAll(`li[data-state="${wanted}"]`).length === many,
    [state, number], {timeout});
  }

  // Waits until the element is in one of these states.
  async state(...states) {
    await this.page.waitForFunction((wanted) => wanted.includes(
      document.querySelector('prewarm-upload')?.getAttribute('state')), states);
  }

  // The cut-out on the product: its size, once it is drawn.
  async printed() {
    // Seen and measured at once: the next photo's may take its place.
    const width = await this.page.waitForFunction(() => {
      const image = document.getElementById('print');
      return !image.hidden && image.complete && image.naturalWidth;
    });
    return width.jsonValue();
  }
}
