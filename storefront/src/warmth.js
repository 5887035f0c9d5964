// What a visitor is told of the server's warmth: the words of an
// inference-server and of a warmup-controller as one value. Pure.

/**
 * @typedef {'cold'|'warming'|'ready'|'busy'|'failed'|'offline'} State
 * @typedef {object} Warmth
 * @property {State} state
 * @property {number} progress 0 to 1; 0 as long as nothing is known
 * @property {number|null} etaSeconds until it is ready, as the server estimates
 * @property {string|null} phase of the warm-up, by the server's name
 * @property {string|null} reason why it failed, for the shop's log
 */

/** @type {Warmth} */
export const kUnknown = {
  state: 'cold', progress: 0, etaSeconds: null, phase: null, reason: null,
};

/** @type {Map<unknown, State>} */
const kStates = new Map([
  ['cold', 'cold'], ['starting', 'warming'], ['warming', 'warming'],
  ['ready', 'ready'], ['failed', 'failed'],
  // The next one will be cold, and there will be one.
  ['draining', 'cold'],
]);

/** @param {unknown} value @returns {number|null} */
const number = (value) =>
  typeof value === 'number' && isFinite(value) && value >= 0 ? value : null;

/** @param {unknown} value @returns {string|null} */
const text = (value) =>
  typeof value === 'string' && value !== '' ? value.slice(0, 300) : null;

/**
 * The status of `GET /warmup`, of a server or a controller.
 * @param {any} json @returns {Warmth|null} null: it is no such status
 */
export function read(json) {
  const state = json && kStates.get(json.state);
  if (!state) return null;
  const millis = number(json.eta_ms);
  return {
    state,
    progress: Math.min(number(json.progress) ?? 0, 1),
    etaSeconds: state === 'ready' ? 0
      : millis === null ? number(json.etaSeconds) : millis / 1000,
    phase: text(json.phase) ?? (json.state === 'starting' ? 'starting' : null),
    reason: text(json.reason),
  };
}

/**
 * What an answer that is no status means. Where nothing runs, a cluster's edge
 * says 503 without the headers that a page on another origin could read it by:
 * then the browser tells of a failure without a status.
 * @param {{status: number, online: boolean, sameOrigin: boolean,
 *   silentSeconds: number, patienceSeconds: number}} seen status 0: none;
 *   silentSeconds: since something last answered
 * @returns {Warmth}
 */
export function readFailure(seen) {
  const {status} = seen;
  const told = (/** @type {State} */ state, /** @type {string} */ reason) =>
    ({...kUnknown, state, reason});
  if (!seen.online) return told('offline', 'the browser is offline');
  if (status >= 400 && status < 500 && status !== 429 && status !== 408) {
    return told('failed', `answered ${status}`);
  }
  if (seen.silentSeconds > seen.patienceSeconds) {
    return told('failed', `nothing for ${Math.floor(seen.silentSeconds)} s`);
  }
  if (status === 0 && seen.sameOrigin) return told('offline', 'no answer');
  return told('cold', status ? `answered ${status}` : 'no answer');
}

/**
 * What to show next: a bar that has come far does not go back when another
 * instance takes over; it waits until that one is as far.
 * @param {Warmth} shown @param {Warmth} next @returns {Warmth}
 */
export function advance(shown, next) {
  const waiting = shown.state === 'cold' || shown.state === 'warming' ||
    shown.state === 'offline';
  if (next.state === 'ready') return {...next, progress: 1};
  return {
    ...next,
    progress: waiting ? Math.max(shown.progress, next.progress) : next.progress,
  };
}

/** @param {Warmth} a @param {Warmth} b */
export const same = (a, b) =>
  a.state === b.state && a.progress === b.progress &&
  a.etaSeconds === b.etaSeconds && a.phase === b.phase &&
  a.reason === b.reason;
