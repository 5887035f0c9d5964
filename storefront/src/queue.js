// The photos of a visitor: taken at any time, kept over a reload, sent in order
// when the server is warm.
import {kindOf} from './file_kind.js';
import {newId} from './intent.js';
import {afterAnswer, afterReload, isOpen, nextToSend} from './queue_rules.js';
import {shrink} from './resize.js';
import {send} from './send.js';
import {Tabs} from './tabs.js';
import {Vault} from './vault.js';

/** @typedef {import('./queue_rules.js').Photo} Photo */
/** @typedef {{name: string, error: string}} Refused */

/** Enough that one photo travels while another is worked on. */
export const kAtOnce = 2;
const kMaxBytes = 64 * 1024 * 1024;

/**
 * @typedef {object} QueueOptions
 * @property {string} name of the queue: one for each server
 * @property {() => {url: string, token: string}} end where photos go
 * @property {number} maxPhotos
 * @property {number} maxSide
 * @property {string} workerUrl
 * @property {() => boolean} isWarm
 * @property {() => void} onChange
 * @property {(photo: Photo) => void} onSend
 * @property {(photo: Photo, status: number) => void} onAnswer
 */

export class Queue {
  /** @param {QueueOptions} options */
  constructor(options) {
    this.options = options;
    /** @type {Photo[]} */
    this.photos = [];
    this.vault = new Vault(options.name);
    this.tabs = new Tabs(options.name, {
      onChange: (removed) => {
        if (removed) this.abort(removed);
        this.load();
      },
      onLead: () => this.load(),
    });
    /** @type {Map<string, AbortController>} */
    this.underWay = new Map();
    /** Photos that only this page knows. @type {Set<string>} */
    this.unkept = new Set();
    /** @type {number|undefined} */
    this.timer = undefined;
    this.preparing = false;
    /** Of this page's own changes. */
    this.version = 0;
  }

  async start() {
    await this.load();
    this.tabs.start();
  }

  stop() {
    this.tabs.stop();
    clearTimeout(this.timer);
    for (const id of [...this.underWay.keys()]) this.abort(id);
  }

  async load() {
    /** @type {Photo[]} */
    let stored;
    let version;
    do {  // what changed meanwhile is newer than what was read
      version = this.version;
      stored = await this.vault.all();
    } while (version !== this.version);
    const {keep, drop} = this.tabs.leads
      ? afterReload(stored, Date.now()) : {keep: stored, drop: []};
    for (const photo of drop) this.vault.remove(photo.id);
    // What this page is working on it knows better.
    const mine = this.photos.filter((photo) =>
      this.underWay.has(photo.id) || this.unkept.has(photo.id));
    const known = new Set(mine.map((photo) => photo.id));
    this.photos = mine.concat(keep.filter((photo) => !known.has(photo.id)))
      .sort((a, b) => a.order - b.order);
    this.changed();
  }

  /**
   * @param {Iterable<File>} files
   * @param {Record<string, string>} options of the request
   * @returns {Promise<Refused[]>} those that the server could not read
   */
  async add(files, options) {
    /** @type {Refused[]} */
    const refused = [];
    for (const file of files) {
      // Read now: the file may be gone by the time that it is sent.
      const bytes = file.size > kMaxBytes ? null : await read(file);
      const type = bytes && kindOf(new Uint8Array(bytes.slice(0, 16)));
      const error = this.wrong(file, bytes, type);
      if (error || !bytes || !type) {
        refused.push({name: file.name, error: error || 'type'});
        continue;
      }
      await this.keep({
        id: newId(), order: this.nextOrder(),
        name: file.name || 'photo', state: 'waiting',
        blob: new Blob([bytes], {type}),
        prepared: false, options, created: Date.now(), attempts: 0,
        notBefore: 0, sent: 0, error: null, detail: null, result: null,
        emptyScene: false, seconds: 0,
      });
    }
    return refused;
  }

  /**
   * @param {File} file @param {ArrayBuffer|null} bytes @param {string|null} type
   * @returns {string|null} a word of texts/
   */
  wrong(file, bytes, type) {
    if (file.size > kMaxBytes) return 'tooLarge';
    if (!bytes) return 'unreadable';
    if (file.size === 0) return 'empty';
    if (this.photos.length >= this.options.maxPhotos) return 'tooMany';
    return type ? null : 'type';
  }

  nextOrder() {
    const last = this.photos[this.photos.length - 1];
    return Math.max(Date.now(), last ? last.order + 1 : 0);
  }

  /** @param {string} id */
  find(id) {
    return this.photos.find((photo) => photo.id === id);
  }

  /** @param {string} id whatever its state */
  async remove(id) {
    ++this.version;
    this.abort(id);
    this.unkept.delete(id);
    this.photos = this.photos.filter((photo) => photo.id !== id);
    this.changed();
    await this.vault.remove(id);
    this.tabs.tell(id);
  }

  /** @param {string} id of one that failed, or whose result did not please */
  async retry(id) {
    const photo = this.find(id);
    if (!photo || isOpen(photo)) return;
    // A result stays until she removes it: the next one may be no better.
    if (photo.state === 'failed') await this.remove(id);
    // Another request: the answer to the old key is known.
    await this.keep({...photo, id: newId(), order: this.nextOrder(),
      state: 'waiting', attempts: 0,
      notBefore: 0, sent: 0, error: null, detail: null, result: null,
      created: Date.now()});
  }

  /** @param {string} id */
  abort(id) {
    const controller = this.underWay.get(id);
    this.underWay.delete(id);
    if (controller) controller.abort();
  }

  /** @param {Photo} photo the new state of a known one, or a new one */
  async keep(photo) {
    ++this.version;
    const at = this.photos.findIndex((one) => one.id === photo.id);
    if (at < 0) {
      this.photos = this.photos.concat(photo)
        .sort((a, b) => a.order - b.order);
    } else {
      this.photos[at] = photo;
    }
    this.changed();
    await this.publish(photo);
  }

  /** Keeps it over a reload and shows it to the other tabs. @param {Photo} photo */
  async publish(photo) {
    await this.vault.put(photo);
    if (!this.vault.keeps) this.unkept.add(photo.id);
    // Removed while it was written.
    if (!this.find(photo.id)) await this.vault.remove(photo.id);
    this.tabs.tell();
  }

  changed() {
    this.options.onChange();
    this.pump();
  }

  /** Begins what can begin. */
  pump() {
    clearTimeout(this.timer);
    if (!this.tabs.leads) return;
    this.prepare();
    const now = Date.now();
    for (const photo of nextToSend(this.photos, this.options.isWarm(), now,
                                   kAtOnce)) {
      this.upload(photo);
    }
    const later = this.photos.filter((p) =>
      p.state === 'waiting' && p.notBefore > now).map((p) => p.notBefore);
    if (later.length > 0) {
      this.timer = setTimeout(() => this.changed(), Math.min(...later) - now);
    }
  }

  async prepare() {
    const photo = this.photos.find((p) => p.state === 'waiting' && !p.prepared);
    if (!photo || this.preparing) return;
    this.preparing = true;
    const blob = await shrink(photo.blob, photo.blob.type,
                              this.options.maxSide, this.options.workerUrl);
    this.preparing = false;
    if (this.find(photo.id)) await this.keep({...photo, blob, prepared: true});
    else this.pump();
  }

  /** @param {Photo} begun */
  async upload(begun) {
    const aborter = new AbortController();
    this.underWay.set(begun.id, aborter);
    /** @type {Photo} */
    let photo = {...begun, state: 'sending', error: null};
    this.photos[this.photos.indexOf(begun)] = photo;
    this.options.onSend(photo);
    this.options.onChange();
    this.publish(photo);
    const answer = await send(this.options.end(), photo, (sent) => {
      const at = this.photos.indexOf(photo);
      if (at < 0 || this.underWay.get(photo.id) !== aborter) return;
      this.photos[at] = photo = {...photo, sent};
      this.options.onChange();
      if (sent === 1) this.publish(photo);
    }, aborter.signal);
    if (this.underWay.get(photo.id) !== aborter) return;  // cancelled
    this.underWay.delete(photo.id);
    if (!this.find(photo.id)) return;
    const after = {
      ...photo, ...afterAnswer(photo, answer, Date.now(), Math.random()),
    };
    this.options.onAnswer(after, answer.status);
    await this.keep(after);
  }
}

/** @param {File} file @returns {Promise<ArrayBuffer|null>} */
async function read(file) {
  try {
    return await file.arrayBuffer();
  } catch {
    return null;  // it went away, or is a folder
  }
}
