// The language of a page, and sentences in it.
import {en} from './texts/en.js';

/** @typedef {import('./texts/en.js').Key} Key */
/** @typedef {import('./texts/en.js').Texts} Texts */
/** @typedef {(key: Key, values?: Record<string, string|number>) => string} Say */

/**
 * How to get them; a shop may add its own. Nobody loads what nobody reads.
 * @type {Record<string, () => Promise<{texts: Texts}>>}
 */
export const languages = {
  de: () => import('./texts/de.js'),
  en: async () => ({texts: en}),
  es: () => import('./texts/es.js'),
  fr: () => import('./texts/fr.js'),
};

/** Phases that are the same thing to a visitor. @type {Record<string, Key>} */
const kPhases = {
  starting: 'starting', library_load: 'loading', device_init: 'loading',
  weights_map: 'loading', bind: 'loading', first_inference: 'testing',
  verify: 'testing',
};

/**
 * @param {string[]} wanted such as ["de-AT", "en"]; the first one known counts
 * @param {Texts} [own] of the shop, before all others
 * @returns {Promise<Say>} what is missing is said in English; never rejects
 */
export async function wordsIn(wanted, own = {}) {
  const code = wanted.map((one) => one.toLowerCase().split('-')[0])
    .find((one) => Object.prototype.hasOwnProperty.call(languages, one));
  const {texts} = await languages[code || 'en']().catch(() => ({texts: en}));
  return sayBy({...texts, ...own});
}

/** @param {Texts} given @returns {Say} */
export function sayBy(given) {
  const texts = {...en, ...given};
  return (key, values = {}) => texts[key].replace(/\{(\w+)\}/g,
    (all, name) => name in values ? String(values[name]) : all);
}

/** @param {Say} say @param {number|null} seconds @returns {string} */
export function timeLeft(say, seconds) {
  if (seconds === null) return '';
  if (seconds < 2) return say('soon');
  if (seconds < 10) return say('seconds', {n: Math.ceil(seconds)});
  if (seconds <= 90) return say('seconds', {n: Math.ceil(seconds / 5) * 5});
  return say('minutes', {n: Math.ceil(seconds / 60)});
}

/**
 * @param {Say} say @param {import('./warmth.js').Warmth} warmth
 * @param {boolean} asked whether anything was done to warm it up
 * @returns {string}
 */
export function warmthSentence(say, warmth, asked) {
  if (warmth.state === 'cold' && !asked) return say('idle');
  if (warmth.state !== 'warming') return say(warmth.state);
  const phase = (warmth.phase || '').replace(/_fast$/, '');
  return say(kPhases[phase] || 'warming');
}

/**
 * @param {Say} say @param {import('./storefront.js').PhotoView} photo
 * @param {boolean} emptyScene @returns {string}
 */
export function photoSentence(say, photo, emptyScene) {
  switch (photo.state) {
    case 'waiting': {
      const left = timeLeft(say, photo.etaSeconds);
      const place = photo.position > 1
        ? say('position', {n: photo.position}) : say('next');
      return left ? `${place}, ${left}` : place;
    }
    case 'sending':
      return photo.sent < 1
        ? say('sending', {n: Math.floor(photo.sent * 100)}) : say('working');
    case 'failed':
      return `${photo.name} ${say(/** @type {Key} */ (photo.error))}`;
    case 'done':
      return say(emptyScene ? 'emptyScene' : 'done');
    default:
      return say('preparing');
  }
}
