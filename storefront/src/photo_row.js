// One photo of the list: its picture, where it stands, what can be done.
import {compare} from './compare.js';
import {make, tell} from './dom.js';
import {photoSentence} from './words.js';

/** @typedef {import('./storefront.js').PhotoView} PhotoView */

const kEndings = /** @type {Record<string, string>} */ ({
  'image/png': 'png', 'image/webp': 'webp', 'image/jpeg': 'jpg',
});

export class PhotoRow {
  /**
   * @param {import('./words.js').Say} say
   * @param {import('./storefront.js').Storefront} storefront
   * @param {PhotoView} view
   */
  constructor(say, storefront, view) {
    this.say = say;
    this.storefront = storefront;
    this.id = view.id;
    /** @type {Map<Blob, string>} */
    this.urls = new Map();
    this.picture = make('div', {className: 'picture'});
    this.state = make('span', {className: 'state', part: 'photo-state'});
    this.bar = make('progress', {max: 1, value: 0, hidden: true,
      'aria-label': view.name});
    this.actions = make('div', {className: 'actions'});
    this.item = make('li', {part: 'photo'}, this.picture,
      make('div', {className: 'about'},
        make('span', {className: 'name', title: view.name}, view.name),
        this.state, this.bar, this.actions));
    this.shown = '';
    this.update(view);
  }

  /** @param {PhotoView} view */
  update(view) {
    const photo = this.storefront.photo(view.id);
    if (!photo) return;
    tell(this.state, photoSentence(this.say, view, photo.emptyScene));
    this.state.title = view.state === 'failed' && view.detail || '';
    this.bar.hidden = view.state !== 'sending' || view.sent >= 1;
    this.bar.value = view.sent;
    if (this.shown === view.state) return;
    this.shown = view.state;
    this.item.setAttribute('data-state', view.state);
    // Whoever has the focus on a button that goes keeps the place.
    const root = /** @type {ShadowRoot} */ (this.item.getRootNode());
    const focused = this.actions.contains(root.activeElement || null);
    this.draw(photo, view);
    const first = this.actions.querySelector('a, button');
    if (focused && first) /** @type {HTMLElement} */ (first).focus();
  }

  /** @param {import('./queue_rules.js').Photo} photo @param {PhotoView} view */
  draw(photo, view) {
    const done = view.state === 'done' && photo.result;
    const before = this.url(photo.blob);
    if (done) {
      const after = this.url(done);
      this.show([photo.blob, done],
        compare(this.say, {name: view.name, before, after}));
      this.actions.replaceChildren(
        make('a', {href: after, part: 'button', download:
          `${view.name.replace(/\.\w+$/, '')}-cutout.` +
          (kEndings[done.type] || 'png')}, this.say('download')),
        this.button('retry', view), this.button('remove', view));
      return;
    }
    const picture = make('img', {src: before, alt: ''});
    // Few browsers show HEIC; the server reads it all the same.
    picture.onerror = () => picture.remove();
    const shown = this.picture.querySelector('img');
    if (!shown || shown.src !== before) this.show([photo.blob], picture);
    this.actions.replaceChildren(...view.state === 'failed'
      ? [this.button('retry', view), this.button('remove', view)]
      : [this.button('cancel', view)]);
  }

  /** @param {'retry'|'remove'|'cancel'} what @param {PhotoView} view */
  button(what, view) {
    const words = this.say(what);
    return make('button', {
      type: 'button', part: 'button', 'aria-label': `${words}: ${view.name}`,
      onclick: () => what === 'retry' ? this.storefront.retry(this.id)
        : this.storefront.remove(this.id),
    }, words);
  }

  /**
   * @param {Blob[]} used the others' URLs are given back
   * @param {...Node} nodes in the place of the picture
   */
  show(used, ...nodes) {
    // What is still being loaded would complain of a URL that is gone.
    for (const image of this.picture.querySelectorAll('img')) {
      image.removeAttribute('src');
    }
    this.picture.replaceChildren(...nodes);
    for (const [blob, url] of this.urls) {
      if (used.includes(blob)) continue;
      URL.revokeObjectURL(url);
      this.urls.delete(blob);
    }
  }

  /** @param {Blob} blob @returns {string} the same one each time */
  url(blob) {
    const url = this.urls.get(blob) || URL.createObjectURL(blob);
    this.urls.set(blob, url);
    return url;
  }

  remove() {
    this.show([]);
    this.item.remove();
  }
}
