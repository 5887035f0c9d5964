// One upload: `POST /api/v2/process`. XMLHttpRequest, since it tells how far the
// upload is.
import {retryAfter} from './queue_rules.js';

/** @typedef {import('./queue_rules.js').Photo} Photo */
/** @typedef {import('./queue_rules.js').Answer} Answer */

/** How long a server that went cold again may keep the photo. */
const kMaxWaitSeconds = 100;
/** No answer by then is none; a slow upload is no slow answer. */
const kSilentMillis = 180000;

/**
 * @param {{url: string, token: string}} end
 * @param {Photo} photo
 * @param {(sent: number) => void} onSent
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>} never rejects
 */
export function send(end, photo, onSent, signal) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const begun = Date.now();
    /** @type {number|undefined} */
    let timer;
    const patience = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), kSilentMillis);
    };
    const finish = async () => {
      clearTimeout(timer);
      const {status} = request;
      const header = (/** @type {string} */ name) =>
        status ? request.getResponseHeader(name) : null;
      /** @type {Blob|null} */
      const body = request.response;
      const isPicture = status === 200 && body && /^image\//.test(body.type);
      resolve({
        status, retryAfter: retryAfter(header('Retry-After'), Date.now()),
        detail: isPicture ? null : await detailOf(body),
        result: isPicture ? body : null,
        emptyScene: header('X-Prewarm-Empty-Scene') === 'true',
        seconds: (Date.now() - begun) / 1000,
      });
    };
    request.onloadend = finish;
    request.upload.onprogress = (event) => {
      patience();
      if (event.lengthComputable) onSent(event.loaded / event.total);
    };
    signal.addEventListener('abort', () => request.abort());
    request.open('POST', end.url);
    request.responseType = 'blob';
    request.setRequestHeader('Idempotency-Key', photo.id);
    if (end.token) request.setRequestHeader('X-Upload-Token', end.token);
    const form = new FormData();
    // Nobody else's business, unless the shop says so.
    /** @type {Record<string, string>} */
    const options = {share: 'false', ...photo.options};
    for (const name in options) form.append(name, options[name]);
    form.append('max_wait', String(kMaxWaitSeconds));
    form.append('image', photo.blob, photo.name);
    patience();
    request.send(form);
  });
}

/** The sentence of a problem, RFC 9457. @param {Blob|null} body */
async function detailOf(body) {
  try {
    const {detail} = JSON.parse(await /** @type {Blob} */ (body).text());
    return typeof detail === 'string' ? detail.slice(0, 300) : null;
  } catch {
    return null;
  }
}
