// The shop: tells <prewarm-upload> whom to ask, shows what it brings on the mug,
// and fills a basket. No photo leaves the browser but through the element.
import {developers} from './developers.js';
import {pick, remember, say, speak, wantedLanguages} from './language.js';
import {addPrint, colour, followQueue, printed, rename} from './mug.js';

const $ = (id) => document.getElementById(id);
const upload = $('upload');
let basket = 0;

function setLanguage(language) {
  speak(language);
  $('language').value = language;
  upload.setAttribute('lang', language);
  rename();
}

// Of a shop without a controller, or when it cannot be read: neither.
async function settings() {
  try {
    const reply = await fetch('/shop.json');
    return reply.ok ? await reply.json() : {};
  } catch {
    return {};
  }
}

// Before the element begins: it should announce its visitor once, to the right
// one.
async function start() {
  const {controller, target} = await settings();
  if (controller && target) {
    upload.setAttribute('target', target);
    upload.setAttribute('controller', controller);
  }
  try {
    await import('/storefront/index.js');
  } catch {
    $('broken').textContent = say('broken');
    $('broken').hidden = false;
  }
}

function order() {
  if (!printed()) {
    $('said').textContent = say('first');
    upload.scrollIntoView({block: 'center'});
    upload.focus();
    return;
  }
  basket += 1;
  $('basket').value = String(basket);
  $('said').textContent = say('ordered', {count: basket});
}

upload.addEventListener('prewarm-result', (event) => addPrint(event.detail));
upload.addEventListener('prewarm-queue', ({detail}) => followQueue(
  detail.photos, (id) => upload.storefront.photo(id)));
$('colours').addEventListener('change', (event) => colour(event.target.value));
$('language').addEventListener('change', () => {
  remember($('language').value);
  setLanguage($('language').value);
});
$('order').addEventListener('click', order);
developers(upload);
setLanguage(pick(wantedLanguages()));
start();
