// Before and after, one above the other, with a handle between them.
import {make} from './dom.js';

/** Pictures of other proportions do not lie above each other. */
const kSameShape = 0.02;

/**
 * @param {import('./words.js').Say} say
 * @param {{name: string, before: string, after: string}} photo with the URLs of
 *     its pictures
 * @returns {HTMLElement}
 */
export function compare(say, photo) {
  const picture = (/** @type {'before'|'after'} */ which) => make('img', {
    className: which, part: which, src: photo[which],
    alt: `${say(which)}: ${photo.name}`,
  });
  const before = picture('before');
  const after = picture('after');
  const handle = make('input', {
    type: 'range', min: '0', max: '100', value: '50', part: 'handle',
    'aria-label': say('compare', {name: photo.name}), hidden: true,
  });
  before.hidden = true;
  const box = make('div', {className: 'compare', part: 'compare'},
                   after, before, handle);
  const place = () => {
    const at = `${handle.value}%`;
    box.style.setProperty('--at', at);
    handle.setAttribute('aria-valuetext', at);
  };
  handle.oninput = place;
  const shape = (/** @type {HTMLImageElement} */ one) =>
    one.naturalWidth / one.naturalHeight;
  const fits = () => {
    if (!before.naturalWidth || !after.naturalWidth) return;
    const off = Math.abs(shape(before) / shape(after) - 1);
    before.hidden = handle.hidden = off > kSameShape;
  };
  // A format that this browser cannot show stays hidden.
  before.onload = after.onload = fits;
  place();
  return box;
}
