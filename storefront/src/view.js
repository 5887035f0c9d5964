// What <prewarm-upload> shows, within its shadow root.
import {make, tell} from './dom.js';
import {kAccept} from './file_kind.js';
import {PhotoRow} from './photo_row.js';
import {style} from './style.js';
import {timeLeft, warmthSentence} from './words.js';

/** @typedef {import('./storefront.js').Storefront} Storefront */
/** @typedef {import('./storefront.js').PhotoView} PhotoView */

export class View {
  /**
   * @param {ShadowRoot} root
   * @param {Storefront} storefront
   * @param {import('./words.js').Say} say
   */
  constructor(root, storefront, say) {
    this.root = root;
    this.storefront = storefront;
    this.say = say;
    /** @type {Map<string, PhotoRow>} */
    this.rows = new Map();
    this.sentence = make('p', {role: 'status', part: 'status'});
    this.left = make('span', {className: 'left', part: 'time-left'});
    this.bar = make('progress', {max: 1, value: 0, hidden: true,
      part: 'progress', 'aria-label': say('warming')});
    this.input = make('input', {type: 'file', multiple: true, accept: kAccept});
    this.drop = make('label', {className: 'drop', part: 'drop'},
      make('b', {}, say('drop')), make('u', {}, say('choose')),
      make('small', {}, say('formats')), this.input);
    this.refused = make('p', {className: 'refused', role: 'alert'});
    this.list = make('ol', {part: 'list'});
    // Safari takes the role of a list without bullets.
    this.list.setAttribute('role', 'list');
    this.news = make('p', {className: 'unseen', 'aria-live': 'polite'});
    this.dress();
    root.append(make('section', {'aria-label': say('label')},
      make('div', {className: 'warmth', part: 'warmth'},
        make('span', {className: 'dot', 'aria-hidden': 'true'}),
        this.sentence, this.left),
      this.bar, this.drop, this.refused, this.list, this.news));
    this.listen();
  }

  /** A constructed sheet: a strict Content-Security-Policy lets it pass. */
  dress() {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
      this.root.adoptedStyleSheets = [sheet];
    } catch {
      this.root.append(make('style', {}, style));
    }
  }

  listen() {
    const {drop, input} = this;
    const take = (/** @type {FileList|null|undefined} */ files) => {
      if (files && files.length > 0) this.take([...files]);
    };
    input.onchange = () => {
      take(input.files);
      input.value = '';  // the same file again is a choice, too
    };
    drop.ondragover = drop.ondragenter = (event) => {
      event.preventDefault();
      drop.classList.add('over');
    };
    drop.ondragleave = () => drop.classList.remove('over');
    drop.ondrop = (event) => {
      event.preventDefault();
      drop.classList.remove('over');
      take(event.dataTransfer && event.dataTransfer.files);
    };
    this.root.addEventListener('paste', (event) => take(
      /** @type {ClipboardEvent} */ (event).clipboardData?.files));
  }

  /** @param {File[]} files */
  async take(files) {
    const refused = await this.storefront.add(files);
    tell(this.refused, refused.map(({name, error}) =>
      `${name} ${this.say(/** @type {any} */ (error))}`).join(' '));
    return refused;
  }

  showWarmth() {
    const {warmth, awaited} = this.storefront;
    tell(this.sentence, warmthSentence(this.say, warmth, awaited));
    const waits = warmth.state === 'warming' ||
      warmth.state === 'cold' && warmth.progress > 0;
    tell(this.left, waits ? timeLeft(this.say, warmth.etaSeconds) : '');
    this.bar.hidden = !waits;
    this.bar.value = warmth.progress;
  }

  /** @param {PhotoView[]} photos */
  showPhotos(photos) {
    const known = new Set(photos.map((photo) => photo.id));
    for (const [id, row] of this.rows) {
      if (known.has(id)) continue;
      const focused = row.item.contains(this.root.activeElement);
      row.remove();
      this.rows.delete(id);
      if (focused) this.input.focus();
    }
    for (const photo of photos) {
      const row = this.rows.get(photo.id);
      if (row) row.update(photo);
      else this.add(photo);
    }
  }

  /** @param {PhotoView} photo */
  add(photo) {
    const row = new PhotoRow(this.say, this.storefront, photo);
    this.rows.set(photo.id, row);
    this.list.append(row.item);
  }

  /** For those who cannot see it. @param {string} text */
  announce(text) {
    tell(this.news, text);
  }

  remove() {
    for (const row of this.rows.values()) row.remove();
    this.root.replaceChildren();
  }
}
