// Announces a visitor who is about to upload, so that an instance warms while
// she still chooses a photo.

/** @typedef {{url: string, token: string}} IntentEnd */

const kHeartbeatSeconds = 10;

/** The same one after a reload: she has not left. @returns {string} */
function visitorId() {
  const key = 'prewarm-visitor';
  try {
    const id = sessionStorage.getItem(key) || newId();
    sessionStorage.setItem(key, id);
    return id;
  } catch {  // storage is forbidden
    return newId();
  }
}

/** @returns {string} unguessable */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => (b + 256).toString(16).slice(1)).join('');
}

/** To the controller: a heartbeat while the page is looked at. */
export class Intent {
  /**
   * @param {IntentEnd} end
   * @param {(json: any) => void} heard the controller's answer
   * @param {() => void} onRefused nobody warms anything up for her
   */
  constructor(end, heard, onRefused) {
    this.end = end;
    this.heard = heard;
    this.onRefused = onRefused;
    this.visitor = visitorId();
    this.announced = false;
    this.uploaded = false;
    this.refused = false;
    /** Photos wait: she wants it, whatever page she looks at. */
    this.waits = false;
    this.pause = kHeartbeatSeconds * 1000;
    /** @type {number|undefined} */
    this.timer = undefined;
    this.leave = () => this.say('left');
    this.back = () => this.beat();
  }

  announce() {
    if (this.announced || this.refused) return;
    this.announced = true;
    addEventListener('pagehide', this.leave);
    addEventListener('pageshow', this.back);
    document.addEventListener('visibilitychange', this.back);
    this.beat();
  }

  /** An upload begins: from now on the request itself keeps its instance. */
  uploading() {
    if (!this.announced) return;
    this.uploaded = true;
    clearTimeout(this.timer);
    this.say('uploading');
  }

  /** She goes on: perhaps with another photo. */
  resume() {
    if (!this.uploaded) return;
    this.uploaded = false;
    this.beat();
  }

  stop() {
    clearTimeout(this.timer);
    removeEventListener('pagehide', this.leave);
    removeEventListener('pageshow', this.back);
    document.removeEventListener('visibilitychange', this.back);
    if (this.announced) this.leave();
    this.announced = false;
  }

  beat() {
    clearTimeout(this.timer);
    if (!this.announced || this.uploaded || this.refused ||
        document.visibilityState === 'hidden' && !this.waits) {
      return;
    }
    this.say('open');
    this.timer = setTimeout(this.back, this.pause);
  }

  /** @param {'open'|'uploading'|'left'} state */
  async say(state) {
    const {url, token} = this.end;
    try {
      // As text it needs no preflight, which a page that ends has no time for.
      const reply = await fetch(url, {
        method: 'POST', keepalive: true,
        headers: {'Content-Type': 'text/plain'},
        body: JSON.stringify({
          visitor: this.visitor, state, ...(token ? {token} : {}),
        }),
      });
      if (reply.ok) {
        const json = await reply.json();
        if (json.heartbeatSeconds > 0) this.pause = json.heartbeatSeconds * 1000;
        this.heard(json);
      } else if (reply.status !== 429 && reply.status < 500) {
        this.refused = true;  // a thousand times would not help
        this.onRefused();
      }
    } catch {
      // Whether it is there the watch tells.
    }
  }
}

/**
 * To a server without a controller, which is asked to warm up if it does not do
 * so by itself.
 */
export class WakeUp {
  /**
   * @param {string} url of the server's warmth
   * @param {() => void} onRefused only an upload wakes it
   */
  constructor(url, onRefused) {
    this.url = url;
    this.onRefused = onRefused;
    this.announced = false;
    this.uploaded = false;
    this.asked = false;
    this.refused = false;
  }

  announce() {
    this.announced = true;
  }
  uploading() {}
  resume() {}
  stop() {}

  /** @param {import('./warmth.js').Warmth} warmth as the server told it */
  async see(warmth) {
    if (warmth.state !== 'cold' || warmth.reason || !this.announced ||
        this.asked || this.refused) {
      return;
    }
    this.asked = true;
    try {
      const reply = await fetch(this.url, {method: 'POST'});
      // From elsewhere it takes a token, or an edge lets nobody through.
      this.refused = reply.status >= 400 && reply.status < 500;
      if (this.refused) this.onRefused();
    } catch {
      // The next look tells.
    }
    this.asked = false;
  }
}
