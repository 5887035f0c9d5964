// Elements out of data, and data out of the API. Whatever comes from a policy
// or an instance becomes text, never markup.
export const $ = (id) => document.getElementById(id);

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

// Rows of cells; a cell is text or an element. The first one names its row.
export function table(caption, heads, rows) {
  const head = element('tr', {},
      ...heads.map((text) => element('th', {scope: 'col'}, text)));
  const body = rows.map((cells) => element('tr', {}, ...cells.map(
      (cell, place) => place === 0 ? element('th', {scope: 'row'}, cell)
                                   : element('td', {}, cell))));
  return element('table', {}, element('caption', {}, caption),
      element('thead', {}, head), element('tbody', {}, ...body));
}

// Puts it there. Who had the keyboard on a link there has it on the same one.
export function show(id, ...children) {
  const place = $(id);
  const focused = document.activeElement;
  const link = place.contains(focused) ? focused.getAttribute('href') : null;
  place.replaceChildren(...children);
  if (link === null) return;
  for (const candidate of place.querySelectorAll('a')) {
    if (candidate.getAttribute('href') === link) candidate.focus();
  }
}

export function card(number, text) {
  return element('div', {class: 'card'}, element('b', {}, number),
      element('span', {}, text));
}

// A state as a word, with a sign before it for who skims.
export function badge(kind, sign, text) {
  return element('span', {class: `badge ${kind}`},
      element('span', {'aria-hidden': 'true'}, `${sign} `), text);
}

// A plot of the server's own drawing: numbers and axes, no names.
export function showPlot(id, svg) {
  const drawn = new DOMParser().parseFromString(svg, 'text/html');
  $(id).replaceChildren(document.importNode(drawn.querySelector('svg'), true));
}

// "27 Nov 16:05:10", of UTC.
export function clock(text) {
  if (!text) return '–';
  const at = new Date(text);
  const day = at.toLocaleDateString('en-GB',
      {day: 'numeric', month: 'short', timeZone: 'UTC'});
  return element('time', {datetime: text},
      `${day} ${at.toISOString().slice(11, 19)}`);
}

// "2 h 5 min", "40 s", "0.3 s".
export function duration(seconds) {
  const whole = Math.round(Math.abs(seconds));
  if (Math.abs(seconds) < 10) return `${+Math.abs(seconds).toFixed(1)} s`;
  if (whole < 120) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

// "in 2 h 5 min", "40 s ago"; `now` is the controller's clock.
export function distance(text, now) {
  if (!text) return '';
  const seconds = (new Date(text) - new Date(now)) / 1000;
  return seconds >= 0 ? `in ${duration(seconds)}` : `${duration(seconds)} ago`;
}

export const plural = (count, word) =>
    `${count} ${word}${count === 1 ? '' : 's'}`;

export const hours = (number) => number.toFixed(number < 10 ? 2 : 0);

// The answer's JSON; an Error with the problem's detail.
export async function ask(path) {
  const kPatience = 15_000;
  const reply = await fetch(path, {signal: AbortSignal.timeout(kPatience)});
  const body = await reply.json().catch(() => null);
  if (reply.ok && body) return body;
  const error = new Error(body?.detail ?? body?.title ??
      `the controller answered with status ${reply.status}`);
  error.status = reply.status;
  throw error;
}
