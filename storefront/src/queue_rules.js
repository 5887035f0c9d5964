// What becomes of photos that wait: who is next, what an answer means, how
// long it will take. Pure; times in milliseconds since the epoch.

/**
 * @typedef {'waiting'|'sending'|'done'|'failed'} PhotoState
 * @typedef {object} Photo
 * @property {string} id also its Idempotency-Key
 * @property {number} order
 * @property {string} name
 * @property {PhotoState} state
 * @property {Blob} blob what is sent; once prepared, the smaller one
 * @property {boolean} prepared
 * @property {Record<string, string>} options of `POST /api/v2/process`
 * @property {number} created
 * @property {number} attempts that the server could not answer
 * @property {number} notBefore
 * @property {number} sent share of the upload, 0 to 1
 * @property {string|null} error a word of `texts/`: "type", "tooLarge", ...
 * @property {string|null} detail the server's own sentence
 * @property {Blob|null} result
 * @property {boolean} emptyScene
 * @property {number} seconds that the answer took
 *
 * @typedef {object} Answer
 * @property {number} status 0: none came
 * @property {number|null} retryAfter milliseconds
 * @property {string|null} detail
 * @property {Blob|null} result
 * @property {boolean} emptyScene
 * @property {number} seconds
 */

export const kMaxAttempts = 5;
export const kKeepMillis = 24 * 3600 * 1000;
const kLongestPause = 10 * 60 * 1000;

/** @param {Photo} photo */
export const isOpen = (photo) =>
  photo.state === 'waiting' || photo.state === 'sending';

/**
 * The photos whose upload may begin now, in the order of their arrival.
 * @param {Photo[]} photos @param {boolean} warm @param {number} now
 * @param {number} atOnce uploads at the same time
 * @returns {Photo[]}
 */
export function nextToSend(photos, warm, now, atOnce) {
  if (!warm) return [];
  const free = atOnce - photos.filter((p) => p.state === 'sending').length;
  /** @type {Photo[]} */
  const next = [];
  for (const photo of photos) {
    if (next.length >= free) break;
    if (photo.state !== 'waiting') continue;
    // Those behind it wait their turn.
    if (!photo.prepared || photo.notBefore > now) break;
    next.push(photo);
  }
  return next;
}

/**
 * `Retry-After`, RFC 9110 section 10.2.3: seconds or a date.
 * @param {string|null} header @param {number} now @returns {number|null}
 */
export function retryAfter(header, now) {
  if (!header) return null;
  const millis = /^\d+$/.test(header.trim())
    ? Number(header) * 1000 : Date.parse(header) - now;
  return isNaN(millis) ? null : Math.min(Math.max(millis, 0), kLongestPause);
}

/** @type {Record<number, string>} */
const kRefusals = {
  401: 'refused', 403: 'refused', 413: 'tooLarge', 415: 'type',
  422: 'unreadable',
};

/**
 * What an answer makes of the photo.
 * @param {Photo} photo @param {Answer} answer @param {number} now
 * @param {number} random 0 to 1, so that not all come back at once
 * @returns {Partial<Photo>}
 */
export function afterAnswer(photo, answer, now, random) {
  const {status} = answer;
  if (status === 200 && answer.result) {
    return {state: 'done', result: answer.result, sent: 1, error: null,
      detail: null, emptyScene: answer.emptyScene, seconds: answer.seconds};
  }
  const again = status === 0 || status === 408 || status === 429 ||
    status >= 500 || status === 200;
  // The server's own "not now" costs no attempt: it has said that it lives.
  const attempts = photo.attempts +
    (status === 0 || status === 429 || status === 503 ? 0 : 1);
  if (!again || attempts >= kMaxAttempts ||
      now - photo.created > kKeepMillis) {
    return {state: 'failed', attempts, sent: 0, detail: answer.detail,
      error: again ? 'gaveUp' : kRefusals[status] ?? 'rejected'};
  }
  const pause = answer.retryAfter ??
    Math.min(1000 * 2 ** attempts, 30000) * (0.75 + random / 2);
  return {state: 'waiting', attempts, sent: 0, notBefore: now + pause,
    detail: answer.detail};
}

/**
 * Where a photo stands, and how long it will take; null where nothing was
 * measured yet that would tell.
 * @param {Photo[]} photos in their order @param {Photo} photo
 * @param {number|null} etaSeconds until the server is ready
 * @param {number} atOnce uploads at the same time
 * @returns {{position: number, seconds: number|null}} position 1: the next one
 */
export function standing(photos, photo, etaSeconds, atOnce) {
  const secondsEach = measured(photos);
  const position = photos.filter(
    (one) => isOpen(one) && one.order <= photo.order).length;
  return {
    position,
    seconds: etaSeconds === null || secondsEach === null
      ? null : etaSeconds + Math.ceil(position / atOnce) * secondsEach,
  };
}

/**
 * What an answer took, of late. @param {Photo[]} photos
 * @returns {number|null}
 */
function measured(photos) {
  const last = photos.filter((p) => p.state === 'done').slice(-5);
  return last.length === 0 ? null
    : last.reduce((sum, p) => sum + p.seconds, 0) / last.length;
}

/**
 * Uploads that a page was working on when it ended begin anew; the server knows
 * them by their key. What is old is dropped.
 * @param {Photo[]} photos @param {number} now
 * @returns {{keep: Photo[], drop: Photo[]}}
 */
export function afterReload(photos, now) {
  const old = (/** @type {Photo} */ p) => now - p.created > kKeepMillis;
  return {
    keep: photos.filter((p) => !old(p)).sort((a, b) => a.order - b.order)
      .map((p) => isOpen(p) || p.error === 'refused'  // a page's new token
        ? {...p, state: 'waiting', sent: 0, error: null} : p),
    drop: photos.filter(old),
  };
}
