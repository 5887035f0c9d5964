// Ties together what a shop needs: the server's warmth, the visitor's intent,
// and the queue of photos. Without any view: the element is one, a shop's own
// code may be another.
import {Intent, WakeUp} from './intent.js';
import {Queue, kAtOnce} from './queue.js';
import {isOpen, standing} from './queue_rules.js';
import {advance, kUnknown, read, same} from './warmth.js';
import {Watch} from './watch.js';

/** @typedef {import('./warmth.js').Warmth} Warmth */
/** @typedef {import('./queue_rules.js').Photo} Photo */

/**
 * @typedef {object} StorefrontOptions
 * @property {string} [server] base URL of the inference-server; default: the
 *     page's own origin
 * @property {string} [controller] base URL of the controller's public listener
 * @property {string} [target] "namespace/name", what the controller scales
 * @property {string} [uploadToken] sent with each photo
 * @property {string} [intentToken] sent with each intent
 * @property {Record<string, string>} [process] options of the cut-out, such as
 *     {output: "white"}
 * @property {string} [queue] its name: queues of one server and one name are
 *     the same one, on all pages of the shop
 * @property {number} [maxPhotos] in the queue and on show; default 20
 * @property {number} [maxSide] in pixels, over which photos are made smaller;
 *     default 4096
 * @property {string} [workerUrl] of resize_worker.js
 *
 * @typedef {object} PhotoView what a page shows of a photo
 * @property {string} id
 * @property {string} name
 * @property {import('./queue_rules.js').PhotoState|'preparing'} state
 * @property {number} position of those that are not done; 1: the next one
 * @property {number|null} etaSeconds until its result
 * @property {number} sent share of the upload, 0 to 1
 * @property {string|null} error
 * @property {string|null} detail the server's own sentence
 */

/** An open stream keeps an instance of some platforms alive, and its bill. */
const kIdleMillis = 60000;

export class Storefront {
  /** @param {StorefrontOptions} options */
  constructor(options) {
    this.options = options;
    const server = base(options.server);
    /** @type {Warmth} */
    this.told = kUnknown;
    this.busyUntil = 0;
    this.restored = false;
    /** Photos whose result was told. @type {Set<string>} */
    this.done = new Set();
    /** @type {Record<string, ((detail: any) => void)[]>} */
    this.listeners = {};
    const byController = Boolean(options.controller && options.target);
    const watched = byController
      ? `${base(options.controller)}/api/v1/targets/${options.target}`
      : server;
    this.byController = byController;
    const wake = () => this.queue.pump();
    this.watch = new Watch(`${watched}/warmup`, (w) => this.learn(w));
    this.intent = byController
      ? new Intent({url: `${watched}/intent`, token: options.intentToken || ''},
                   (json) => {
                     const warmth = read(json);
                     if (warmth) this.learn(warmth);
                   }, wake)
      : new WakeUp(`${watched}/warmup`, wake);
    this.queue = new Queue({
      name: `prewarm ${server}${options.queue ? ` ${options.queue}` : ''}`,
      end: () => ({url: `${server}/api/v2/process`,
        token: this.options.uploadToken || ''}),
      maxPhotos: options.maxPhotos || 20,
      maxSide: options.maxSide || 4096,
      workerUrl: options.workerUrl || '',
      // Where nobody else wakes the server, a photo does.
      isWarm: () => this.told.state === 'ready' ||
        this.told.state === 'cold' && this.intent.refused,
      onChange: () => this.changed(),
      onSend: () => this.intent.uploading(),
      onAnswer: (photo, status) => this.answered(photo, status),
    });
    /** @type {number|undefined} */
    this.idle = undefined;
    this.seen = () => this.attend();
  }

  /** Takes up what an earlier page has left. */
  async start() {
    document.addEventListener('visibilitychange', this.seen);
    await this.queue.start();
    this.restored = true;
  }

  stop() {
    document.removeEventListener('visibilitychange', this.seen);
    clearTimeout(this.idle);
    this.watch.stop();
    this.intent.stop();
    this.queue.stop();
  }

  /** The visitor is likely to upload: warm up, and say how far it is. */
  announce() {
    this.intent.announce();
    this.intent.resume();
    this.attend(true);
  }

  /**
   * @param {Iterable<File>} files
   * @returns {Promise<import('./queue.js').Refused[]>} what is no photo
   */
  async add(files) {
    this.announce();
    const refused = await this.queue.add(files, {...this.options.process});
    for (const one of refused) {
      this.emit('error', {id: null, name: one.name, code: one.error,
        message: null});
    }
    return refused;
  }

  /** @param {string} id takes it out of the queue, or off the page */
  remove(id) {
    return this.queue.remove(id);
  }

  /** @param {string} id with the options of now, as a new request */
  retry(id) {
    const photo = this.queue.find(id);
    if (photo) photo.options = {...this.options.process};
    this.announce();
    return this.queue.retry(id);
  }

  /** Whether somebody has it warmed up, or a photo does. */
  get awaited() {
    const {announced, uploaded, refused} = this.intent;
    return announced && !uploaded && !refused ||
      this.queue.photos.some(isOpen);
  }

  /** @returns {Warmth} */
  get warmth() {
    return this.told.state === 'ready' && this.busyUntil > Date.now()
      ? {...this.told, state: 'busy'} : this.told;
  }

  /** @returns {PhotoView[]} */
  get photos() {
    const {photos} = this.queue;
    return photos.map((photo) => {
      const {position, seconds} = standing(photos, photo, this.told.etaSeconds,
                                           kAtOnce);
      const preparing = photo.state === 'waiting' && !photo.prepared;
      return {id: photo.id, name: photo.name,
        state: preparing ? 'preparing' : photo.state,
        position: isOpen(photo) ? position : 0,
        etaSeconds: isOpen(photo) ? seconds : null,
        sent: photo.sent, error: photo.error, detail: photo.detail};
    });
  }

  /** @param {string} id @returns {Photo|undefined} with its pictures */
  photo(id) {
    return this.queue.find(id);
  }

  /**
   * "warmth", "queue", "result", "error".
   * @param {string} name @param {(detail: any) => void} listener
   */
  on(name, listener) {
    (this.listeners[name] = this.listeners[name] || []).push(listener);
  }

  /** @param {string} name @param {any} detail */
  emit(name, detail) {
    for (const listener of this.listeners[name] || []) listener(detail);
  }

  /** @param {Warmth} warmth */
  learn(warmth) {
    const before = this.told;
    this.told = advance(before, warmth);
    if (this.intent instanceof WakeUp) this.intent.see(warmth);
    if (!same(before, this.told)) {
      this.emit('warmth', this.warmth);
      this.changed();
    }
    this.queue.pump();
    this.attend();
  }

  /** @param {Photo} photo @param {number} status */
  answered(photo, status) {
    if (photo.state === 'done') {
      if (this.busyUntil > 0) {
        this.busyUntil = 0;
        this.emit('warmth', this.warmth);
      }
      return;
    }
    if (photo.state === 'failed') {
      this.emit('error', {id: photo.id, name: photo.name, code: photo.error,
        message: photo.detail});
    }
    if (status === 429) this.busyUntil = photo.notBefore;
    // It is not what it was thought to be.
    if (status === 0 || status >= 500) {
      this.told = {...this.told, state: 'cold', etaSeconds: null};
      this.watch.look();
    }
    this.emit('warmth', this.warmth);
  }

  changed() {
    this.emit('queue', {photos: this.photos});
    // Whichever page has sent it, each one tells of it, and after a reload anew.
    for (const {id, name, state, blob, result, emptyScene, seconds} of
      this.queue.photos) {
      if (state !== 'done' || this.done.has(id)) continue;
      this.done.add(id);
      this.emit('result', {id, name, original: blob, blob: result, emptyScene,
        seconds, restored: !this.restored});
    }
  }

  /** Follows the warmth while somebody waits for it. @param {boolean} again */
  attend(again = false) {
    const waits = this.queue.photos.some(isOpen);
    if (this.intent instanceof Intent) this.intent.waits = waits;
    if (again || waits || document.visibilityState !== 'hidden' &&
        this.intent.announced && this.told.state !== 'ready') {
      this.watch.start();
    }
    clearTimeout(this.idle);
    if (!waits && (this.told.state === 'ready' && !this.byController ||
                   document.visibilityState === 'hidden')) {
      this.idle = setTimeout(() => this.watch.stop(), kIdleMillis);
    }
  }
}

/** @param {string|undefined} url @returns {string} absolute, no / behind */
function base(url) {
  return new URL(url || '/', location.href).href.replace(/\/+$/, '');
}
