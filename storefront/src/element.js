// <prewarm-upload>: attributes in, events out.
import {Storefront} from './storefront.js';
import {View} from './view.js';
import {wordsIn} from './words.js';

const kProcess = ['output', 'format', 'mode', 'crop', 'resize', 'foreground',
  'share'];
const kEvents = ['warmth', 'queue', 'result', 'error'];

/** Where the module's other files lie. */
let workerUrl = '';

/** What lives between connected and disconnected. */
class Life {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    const text = (/** @type {string} */ name) =>
      host.getAttribute(name) || undefined;
    const count = (/** @type {string} */ name) =>
      Number(host.getAttribute(name)) || undefined;
    this.ended = false;
    this.storefront = new Storefront({
      server: text('server'), queue: text('queue'),
      controller: text('controller'),
      target: text('target'), uploadToken: text('upload-token'),
      intentToken: text('intent-token'), maxPhotos: count('max-photos'),
      maxSide: count('max-side'), workerUrl, process: this.process(),
    });
    this.wake = () => this.announce();
    /** @type {View|null} */
    this.view = null;
    this.begun = this.start();
  }

  async start() {
    const {host, storefront} = this;
    // The script that has made the element known goes on: its words count.
    await null;
    const speaks = host.closest('[lang]')?.getAttribute('lang');
    const say = await wordsIn(speaks ? [speaks] : [...navigator.languages],
                              /** @type {any} */ (host).texts);
    if (this.ended) return;
    const root = host.shadowRoot || host.attachShadow({mode: 'open'});
    const view = this.view = new View(root, storefront, say);
    for (const name of kEvents) {
      storefront.on(name, (detail) => host.dispatchEvent(new CustomEvent(
        `prewarm-${name}`, {detail, bubbles: true, composed: true})));
    }
    storefront.on('warmth', (warmth) => {
      host.setAttribute('state', warmth.state);
      view.showWarmth();
    });
    storefront.on('queue', ({photos}) => {
      view.showPhotos(photos);
      view.showWarmth();
    });
    storefront.on('result', ({name, restored}) => {
      if (!restored) view.announce(`${name}: ${say('done')}`);
    });
    host.setAttribute('state', storefront.warmth.state);
    view.showWarmth();
    for (const name of ['pointerenter', 'focusin', 'dragenter']) {
      host.addEventListener(name, this.wake);
    }
    storefront.start();
    if ((host.getAttribute('announce') || 'page') === 'page') this.announce();
  }

  announce() {
    if (this.host.getAttribute('announce') === 'never') return;
    this.storefront.announce();
    this.view?.showWarmth();
  }

  /** @param {string} name of the attribute that changed */
  changed(name) {
    const {options} = this.storefront;
    options.process = this.process();
    if (name === 'upload-token') {
      options.uploadToken = this.host.getAttribute(name) || undefined;
    }
  }

  process() {
    /** @type {Record<string, string>} */
    const options = {};
    for (const name of kProcess) {
      const value = this.host.getAttribute(name);
      if (value !== null) options[name] = value || 'true';
    }
    return options;
  }

  stop() {
    this.ended = true;
    for (const name of ['pointerenter', 'focusin', 'dragenter']) {
      this.host.removeEventListener(name, this.wake);
    }
    this.storefront.stop();
    this.view?.remove();
  }
}

/** A change of these begins anew. */
const kIdentity = ['server', 'queue', 'controller', 'target', 'lang', 'announce',
  'intent-token', 'max-photos', 'max-side'];
const kLive = [...kProcess, 'upload-token'];

/**
 * The element's class. Not written as one: turned into ES5, `class` could not
 * extend what the browser has built in.
 * @returns {CustomElementConstructor}
 */
function makeElement() {
  /** @type {any} */
  const Upload = function() {
    return Reflect.construct(HTMLElement, [], new.target || Upload);
  };
  Upload.observedAttributes = [...kIdentity, ...kLive];
  Upload.prototype = Object.create(HTMLElement.prototype, {
    constructor: {value: Upload, writable: true, configurable: true},
  });
  Object.setPrototypeOf(Upload, HTMLElement);
  Object.assign(Upload.prototype, {
    /** @this {any} */
    connectedCallback() {
      this.life = new Life(this);
    },
    /** @this {any} */
    disconnectedCallback() {
      if (this.life) this.life.stop();
      this.life = null;
    },
    /** @this {any} @param {string} name */
    attributeChangedCallback(name) {
      if (!this.life) return;
      if (kLive.includes(name)) return this.life.changed(name);
      this.disconnectedCallback();
      this.connectedCallback();
    },
    /**
     * For a shop's own code. Rejects where the element is on no page.
     * @this {any} @param {Iterable<File>} files
     * @returns {Promise<import('./queue.js').Refused[]>} those that are no photo
     */
    async add(files) {
      const all = [...files];  // the input that they are from may be emptied
      let life;
      do {
        life = this.life;
        await life.begun;
      } while (life !== this.life);
      return life.view.take(all);
    },
  });
  Object.defineProperty(Upload.prototype, 'storefront', {
    /** @this {any} @returns {Storefront|null} */
    get() {
      return this.life && this.life.storefront;
    },
  });
  return Upload;
}

/**
 * Makes <prewarm-upload> known, once.
 * @param {string} worker URL of resize_worker.js
 * @param {string} [name] of the element
 */
export function defineElement(worker, name = 'prewarm-upload') {
  workerUrl = worker;
  if (!customElements.get(name)) customElements.define(name, makeElement());
}
