// Which view is shown, and when it is asked for anew. Nothing here changes
// anything in the controller.
import {$, ask, show} from './elements.js';
import {listen, showOverview} from './overview.js';
import {scrollPlots, showPolicy, watch} from './policy.js';

const kEvery = {overview: 5_000, policy: 10_000};  // ms
let timer = null;
let turn = 0;
let heard = null;  // when the controller said what is shown

// Of "#namespace/name"; null: all policies.
function chosen() {
  const parts = location.hash.slice(1).split('/');
  if (parts.length !== 2 || parts.includes('')) return null;
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return null;
  }
}

function warn(text) {
  if ($('notice').textContent !== text) $('notice').textContent = text;
  $('notice').hidden = text === '';
}

async function refresh() {
  clearTimeout(timer);
  const mine = ++turn;
  const policy = chosen();
  const view = policy ? 'policy' : 'overview';
  if (!policy) watch(null);
  try {
    const told = policy ? await showPolicy(...policy) : await showOverview();
    if (mine !== turn) return;
    $('overview').hidden = policy !== null;
    const isNew = policy !== null && $('policy').hidden;
    $('policy').hidden = policy === null;
    if (isNew) scrollPlots();
    document.title = policy ? `${policy.join('/')} – Prewarm` : 'Prewarm';
    warn(told.warning);
    heard = told.at ?? heard;
    show('live', told.at ? `Live; ${told.at.slice(11, 19)} UTC` : 'Live');
  } catch (error) {
    if (mine !== turn) return;
    const lost = error.status === undefined;
    show('live', 'Trying again…');
    warn(!lost ? error.message : 'The controller does not answer. ' +
        (heard ? `What is shown here is of ${heard.slice(11, 19)} UTC.` : ''));
    if (error.status === 404) {  // what is shown is of another one
      $('policy').hidden = true;
      watch(null);
    }
  }
  if (!document.hidden) timer = setTimeout(refresh, kEvery[view]);
}

addEventListener('hashchange', () => {
  // The link past the header is no view.
  if (location.hash === '#main') return;
  watch(null);
  refresh().then(() => scrollTo(0, 0));
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh();
});
$('reach').addEventListener('change', refresh);
listen(refresh);
refresh();
