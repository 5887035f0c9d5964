// The shop's languages. English stands in the page itself and is what remains
// where a word, or a whole language, is missing.
import {words} from './words.js';

const english = {};
const languages = ['en', ...Object.keys(words)];
let current = 'en';

// The first of the wanted languages that the shop has: "de-AT" is "de".
export function pick(wanted) {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0];
    if (languages.includes(base)) return base;
  }
  return 'en';
}

// What the visitor chose here before, what the address asks for, the browser's.
export function wantedLanguages() {
  const asked = new URLSearchParams(location.search).get('lang');
  if (asked) return [asked];
  return [remembered(), ...navigator.languages].filter(Boolean);
}

function remembered() {
  try {
    return localStorage.getItem('shop-language');
  } catch {
    return null;  // storage may be forbidden
  }
}

export function remember(language) {
  try {
    localStorage.setItem('shop-language', language);
  } catch {
    // It is asked for again the next time.
  }
}

// A sentence that the script says; {name} is replaced.
export function say(key, values = {}) {
  const text = words[current]?.[key] ?? said[key] ?? english[key];
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function speak(language) {
  current = language;
  const own = words[language] ?? {};
  document.documentElement.lang = language;
  english.page ??= document.title;
  document.title = own.title ? `${own.title} – Tumblepaw` : english.page;
  for (const node of document.querySelectorAll('[data-word]')) {
    const key = node.dataset.word;
    english[key] ??= node.textContent;
    node.textContent = own[key] ?? english[key];
  }
  for (const node of document.querySelectorAll('[data-label]')) {
    const key = node.dataset.label;
    english[key] ??= node.getAttribute('aria-label');
    node.setAttribute('aria-label', own[key] ?? english[key]);
  }
  const money = new Intl.NumberFormat(
    language, {style: 'currency', currency: 'EUR'});
  for (const node of document.querySelectorAll('[data-price]')) {
    node.textContent = money.format(Number(node.dataset.price));
  }
}

// English for what no place in the page holds.
const said = {
  photoOf: 'Print {name}',
  coming: 'Your photo is on its way: you will see it here.',
  shown: 'This is how your mug will look.',
  nothing: 'We found nobody in {name}. Try a photo on which your pet is easier to see.',
  ordered: 'In the basket: {count}. As this is a demonstration, that is where it stays.',
  first: 'Choose a photo first, then this mug is yours.',
  broken: 'The part of the page that takes photos did not load. Please load the page anew.',
};
