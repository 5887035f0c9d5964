import {webcrypto} from 'node:crypto';

// As much of a browser as intents and watches see: a page that is visible or
// not, answers that are prepared, time that passes when a test says so.
export function openPage() {
  const page = new EventTarget();
  const requests = [];
  const timers = new Map();
  let now = 0;
  let next = 1;
  page.streams = [];
  page.requests = requests;
  page.answer = () => ({status: 200, body: {}});
  const doc = new EventTarget();
  doc.visibilityState = 'visible';
  const put = (name, value) => Object.defineProperty(
    globalThis, name, {value, configurable: true, writable: true});
  put('document', doc);
  put('location', new URL('https://shop.example/mug'));
  put('addEventListener', page.addEventListener.bind(page));
  put('removeEventListener', page.removeEventListener.bind(page));
  const stored = new Map();
  put('sessionStorage', {getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => stored.set(key, value)});
  put('navigator', {onLine: true});
  put('crypto', webcrypto);  // Node 18 has none
  put('BroadcastChannel', undefined);
  put('setTimeout', (work, after = 0) => {
    timers.set(next, {at: now + after, work});
    return next++;
  });
  put('clearTimeout', (id) => timers.delete(id));
  put('fetch', async (url, options = {}) => {
    requests.push({url, ...options});
    const {status, body} = page.answer(url, options);
    if (!status) throw new TypeError('Failed to fetch');
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return {status, ok: status < 400, text: async () => text,
      json: async () => JSON.parse(text)};
  });
  put('EventSource', class extends EventTarget {
    constructor(url) {
      super();
      this.url = url;
      page.streams.push(this);
    }
    close() {
      this.closed = true;
    }
    say(name, json) {
      this.dispatchEvent(Object.assign(new Event(name),
                                       {data: JSON.stringify(json)}));
    }
  });
  put('Date', class extends Date {
    static now() {
      return now;
    }
  });
  // Lets what is under way come to its end.
  page.settle = async () => {
    for (let i = 0; i < 20; ++i) await Promise.resolve();
  };
  page.pass = async (millis) => {
    const until = now + millis;
    for (let steps = 0; ; ++steps) {
      if (steps > 10000) throw new Error('timers without end');
      await page.settle();
      const due = [...timers].filter(([, t]) => t.at <= until)
        .sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      timers.delete(due[0]);
      now = Math.max(now, due[1].at);
      due[1].work();
    }
    now = until;
    await page.settle();
  };
  page.show = async (visibility) => {
    doc.visibilityState = visibility;
    doc.dispatchEvent(new Event('visibilitychange'));
    await page.settle();
  };
  return page;
}
