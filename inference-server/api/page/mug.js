// The product with the visitor's pictures on it: one is printed, the others wait
// below as small ones.
import {say} from './language.js';
import {trimmed} from './trim.js';

const kMost = 20;  // cut-outs are kept in memory: as many as may be chosen
const $ = (id) => document.getElementById(id);
const prints = [];
const seen = new Set();
let waiting = false;  // a photo is under way, and there is none to show yet

export const printed = () => prints.find((print) => print.chosen) ?? null;

// A cut-out came: it is what the visitor wants to see now.
export async function addPrint({id, name, blob, emptyScene}) {
  if (seen.has(id)) return;
  seen.add(id);
  if (emptyScene) {
    $('caption').textContent = say('nothing', {name});
    return;
  }
  const picture = await trimmed(blob);
  if (!seen.has(id)) return;  // removed meanwhile
  if (prints.length === kMost) drop(0);
  const print = {id, name, url: URL.createObjectURL(picture), chosen: false};
  print.button = thumbnail(print);
  prints.push(print);
  choose(print);
}

// What the element holds by now. Photos that an earlier page has left come back
// so, and those that were removed go.
export function followQueue(photos, pictureOf) {
  const done = photos.filter((photo) => photo.state === 'done');
  for (const {id, name} of done) {
    const {result, emptyScene} = pictureOf(id);
    addPrint({id, name, blob: result, emptyScene});
  }
  const gone = (id) => !done.some((photo) => photo.id === id);
  for (const id of seen) {
    if (gone(id)) seen.delete(id);
  }
  for (let at = prints.length - 1; at >= 0; --at) {
    if (gone(prints[at].id)) drop(at);
  }
  if (printed()) return;
  if (prints.length > 0) choose(prints[prints.length - 1]);
  else showSketch(photos.some(({state}) =>
    state !== 'done' && state !== 'failed'));
}

export function colour(name) {
  $('mug-picture').dataset.colour = name;
}

// The language changed.
export function rename() {
  for (const {button, name} of prints) {
    button.setAttribute('aria-label', say('photoOf', {name}));
  }
  if (printed()) $('caption').textContent = say('shown');
  else if (waiting) $('caption').textContent = say('coming');
}

function thumbnail(print) {
  const button = document.createElement('button');
  button.type = 'button';
  button.setAttribute('aria-label', say('photoOf', {name: print.name}));
  const picture = document.createElement('img');
  picture.alt = '';
  picture.src = print.url;
  button.append(picture);
  button.addEventListener('click', () => choose(print));
  const item = document.createElement('li');
  item.append(button);
  $('prints').append(item);
  return button;
}

function choose(chosen) {
  for (const print of prints) {
    print.chosen = print === chosen;
    print.button.setAttribute('aria-pressed', String(print.chosen));
  }
  $('print').src = chosen.url;
  $('print').alt = chosen.name;
  $('print').hidden = false;
  $('sketch').setAttribute('visibility', 'hidden');
  $('caption').textContent = say('shown');
  $('prints').hidden = prints.length < 2;
}

function showSketch(waits) {
  const caption = $('caption');
  waiting = waits;
  if (waits) caption.textContent = say('coming');
  // What else it says is news of a photo, or said already.
  else if (!$('print').hidden || caption.textContent === say('coming')) {
    caption.textContent = say('caption');
  }
  $('print').hidden = true;
  $('print').removeAttribute('src');
  $('sketch').removeAttribute('visibility');
}

function drop(index) {
  const [print] = prints.splice(index, 1);
  $('prints').hidden = prints.length < 2;
  URL.revokeObjectURL(print.url);
  print.button.parentElement.remove();
}
