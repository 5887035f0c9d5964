// Follows the warmth of a server, or of a target of the controller: by its
// stream of events, or by asking where streams do not come through.
import {read, readFailure} from './warmth.js';

/** @typedef {import('./warmth.js').Warmth} Warmth */

// A stream begins with the present state: what has said nothing by then is
// held back by something in between.
const kSilentStreamMillis = 4000;
const kAskMillis = 2000;
const kSlowestAskMillis = 15000;
// Streams in a row that broke early, until asking replaces them.
const kBrokenStreams = 2;
const kPatienceSeconds = 180;

export class Watch {
  /**
   * @param {string} url of the warmth; absolute
   * @param {(warmth: Warmth) => void} tell called with each that was learned
   */
  constructor(url, tell) {
    this.url = url;
    this.tell = tell;
    this.running = false;
    this.broken = 0;
    this.failures = 0;
    this.heard = 0;
    /** @type {EventSource|null} */
    this.stream = null;
    /** @type {number|undefined} */
    this.timer = undefined;
    this.asking = false;
    this.wake = () => this.look();
  }

  start() {
    if (this.running) return;
    this.running = true;
    this.heard = Date.now();
    addEventListener('online', this.wake);
    addEventListener('offline', this.wake);
    this.open();
  }

  stop() {
    this.running = false;
    removeEventListener('online', this.wake);
    removeEventListener('offline', this.wake);
    this.close();
  }

  /** Asks at once, whatever was planned. */
  look() {
    if (!this.running || this.asking) return;
    this.close();
    this.ask();
  }

  close() {
    clearTimeout(this.timer);
    if (this.stream) this.stream.close();
    this.stream = null;
  }

  streams() {
    return typeof EventSource !== 'undefined' && this.broken < kBrokenStreams;
  }

  open() {
    if (!this.streams()) {
      this.ask();
      return;
    }
    const stream = this.stream = new EventSource(this.url);
    const begun = Date.now();
    let spoke = false;
    const hear = (/** @type {MessageEvent} */ event) => {
      if (stream !== this.stream || !this.learn(parse(event.data))) return;
      spoke = true;
      clearTimeout(this.timer);
    };
    for (const name of ['progress', 'ready', 'failed', 'warmup']) {
      stream.addEventListener(name, hear);
    }
    const end = () => {
      if (stream !== this.stream) return;
      const lived = spoke && Date.now() - begun > kSilentStreamMillis;
      this.broken = lived ? 0 : this.broken + 1;
      this.close();
      // Why it ended only an answer with a status can tell.
      this.ask();
    };
    stream.onerror = end;
    this.timer = setTimeout(end, kSilentStreamMillis);
  }

  async ask() {
    if (this.asking) return;
    this.asking = true;
    let status = 0;
    let known = false;
    try {
      const reply = await fetch(this.url, {
        headers: {Accept: 'application/json'}, cache: 'no-store',
      });
      status = reply.status;
      known = reply.ok && this.learn(parse(await reply.text()));
    } catch {
      // The status says so.
    }
    this.asking = false;
    if (!this.running) return;
    if (!known) {
      this.tell(readFailure({
        status, online: navigator.onLine !== false,
        sameOrigin: new URL(this.url).origin === location.origin,
        silentSeconds: (Date.now() - this.heard) / 1000,
        patienceSeconds: kPatienceSeconds,
      }));
    }
    this.plan(known);
  }

  /** @param {boolean} known */
  plan(known) {
    this.failures = known ? 0 : this.failures + 1;
    const pause = known && this.streams() ? 0 : Math.min(
      kAskMillis * 1.5 ** Math.max(this.failures - 1, 0), kSlowestAskMillis);
    // Not all pages at the same moment.
    this.timer = setTimeout(() => this.open(),
      pause * (0.75 + Math.random() / 2));
  }

  /** @param {any} json @returns {boolean} */
  learn(json) {
    const warmth = read(json);
    if (!warmth) return false;
    this.heard = Date.now();
    this.tell(warmth);
    return true;
  }
}

/** @param {string} json @returns {any} */
function parse(json) {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
