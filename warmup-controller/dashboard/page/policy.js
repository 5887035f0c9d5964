// One policy: in words, over time, its instances as they change.
import {$, ask, badge, clock, distance, duration, element, plural, show,
  showPlot, table} from './elements.js';
import {degradedOf, punctuality, savingsCards, savingsNote, stateOf, warningOf}
  from './overview.js';

const kRows = 100;
const kPlanned = 40;
const kRedraw = 500;  // ms
const kPhases = [
  ['warming', 'busy', '…'], ['starting', 'busy', '…'], ['cold', 'off', '○'],
  ['warm', 'good', '✓'], ['stopping', 'off', '‖'],
];
const kKinds = {open: 'opens', close: 'closes', warm_start: 'warm start'};
const kOutcomes = {
  verified: ['good', '✓', 'verified'],
  already_warm: ['good', '✓', 'was warm already'],
  failed: ['bad', '×', 'failed'],
};

let watched = {key: null, events: null, target: null, timer: null};

function phaseOf(instance) {
  const [name, kind, sign] =
      kPhases.find(([phase]) => phase === instance.phase) ?? ['?', 'off', '?'];
  return instance.failures > 0 && name !== 'warm'
      ? badge('bad', '×', `${name}, ${plural(instance.failures, 'failure')}`)
      : badge(kind, sign, name);
}

function showInstances() {
  const target = watched.target;
  const rank = (one) => one.failures > 0 && one.phase !== 'warm' ? -1
      : kPhases.findIndex(([phase]) => phase === one.phase);
  const sorted = [...target.instances].sort((a, b) => rank(a) - rank(b) ||
      a.id.localeCompare(b.id));
  const shown = sorted.slice(0, kRows);
  const hidden = target.current - shown.length;
  const eta = target.etaSeconds === null ? ''
      : `; one ${target.desired > 0 ? 'is' : 'would be'} warm in about ${
          duration(target.etaSeconds)}`;
  show('counts', `${target.warm} of ${target.desired} that are asked for are ` +
      `warm, ${plural(target.current, 'instance')} in all${eta}.` +
      (target.trouble ? ` ${target.trouble}` : '') +
      (hidden > 0 ? ` The ${hidden} that are not listed are those after the ` +
          'ones that need a look.' : ''));
  show('instances', shown.length === 0
      ? element('p', {}, 'There is none.')
      : table('Instances, those that need a look first',
          ['instance', 'state', 'since (UTC)', 'proven (UTC)', 'requests',
            'error', 'URL'],
          shown.map((one) => [one.id, phaseOf(one), clock(one.since),
            clock(one.provenAt), String(one.inFlight), one.error || '–',
            one.url || '–'])));
}

function changed(target) {
  watched.target = target;
  if (watched.timer !== null) return;
  watched.timer = setTimeout(() => {
    watched.timer = null;
    showInstances();
  }, kRedraw);
}

// Follows the instances of a target until another one, or none, is followed.
export function watch(path) {
  if (watched.key === path) return;
  watched.events?.close();
  clearTimeout(watched.timer);
  watched = {key: path, events: null, target: null, timer: null};
  if (path === null) return;
  show('counts', 'Asking…');
  show('instances');
  watched.events = new EventSource(path);
  watched.events.addEventListener('warmup',
      (event) => changed(JSON.parse(event.data)));
}

function showPlan(timeline) {
  const rows = timeline.plan.slice(0, kPlanned).map((one) => [clock(one.at),
    distance(one.at, timeline.at), kKinds[one.kind] ?? one.kind,
    `${one.previous} → ${one.replicas}`, one.windows.join(', ') || '–',
    one.reason]);
  const later = timeline.plan.length + timeline.planLeftOut - rows.length;
  const left = later > 0 ? `; ${later} later ones are left out` : '';
  show('plan', rows.length === 0
      ? element('p', {}, 'Nothing changes in this time.')
      : table(`Changes to come${left}`,
          ['when (UTC)', '', 'what', 'instances', 'windows', 'why'], rows));
}

function showPast(timeline) {
  const openings = [...timeline.openings].reverse().map((one) => [
    clock(one.due), String(one.asked), punctuality(one), clock(one.warmAt)]);
  show('openings', openings.length === 0
      ? element('p', {}, 'No opening was judged in this time.')
      : table('Openings of windows, the newest first',
          ['due (UTC)', 'instances', 'warm', 'warm at (UTC)'], openings));
  const warmups = [...timeline.warmups].reverse().slice(0, kRows).map((one) => [
    clock(one.ended), duration(one.seconds), badge(...kOutcomes[one.outcome]),
    one.instance, one.error || '–']);
  show('warmups', warmups.length === 0
      ? element('p', {}, 'No warm-up ended in this time.')
      : table('Warm-ups, the newest first',
          ['ended (UTC)', 'took', 'outcome', 'instance', 'error'], warmups));
  show('records-note', 'What was is known since ', clock(timeline.countsSince),
      ' UTC, warm-ups since ', clock(timeline.warmupsSince), ' UTC',
      ...(timeline.counts.some((one) => one.current === null)
          ? ['; in between there were hours in which no controller looked'] : []),
      ...(timeline.windowsLeftOut > 0
          ? [`; ${timeline.windowsLeftOut} openings are not drawn`] : []), '.');
}

function showLeads(lead) {
  const finished = lead.samples.filter((one) => !one.givenUp).length;
  show('leads-note', lead.mode === 'fixed'
      ? 'The lead is declared: leadTime.fixed.'
      : `Learned from ${plural(lead.samples.length, 'start')}, of which ${
          finished} came to their end: so long that ${
          +(lead.quantile * 100).toFixed(2)} of 100 starts are warm in time, ` +
        'within leadTime.min and leadTime.max.');
  show('leads', table('How long before they are needed instances begin to start',
      ['instances', 'lead'], lead.leads.map((one) => [String(one.instances),
        duration(one.seconds)])));
}

function showSavings(savings) {
  show('savings-cards', ...(savings ? savingsCards(savings) : []));
  show('savings-note', ...(savings ? savingsNote(savings)
      : ['It is a dry run: nothing is saved by it.']));
}

// Where plots are wider than the page, now and the last start are seen first.
export function scrollPlots() {
  for (const plot of document.querySelectorAll('.plot')) {
    const share = plot.id === 'plot-leads' ? 1 : 0.5;
    plot.scrollLeft = share * (plot.scrollWidth - plot.clientWidth);
  }
}

export async function showPolicy(namespace, name) {
  const path = `api/v1/policies/${encodeURIComponent(namespace)}/${
      encodeURIComponent(name)}`;
  const [policy, timeline, summary] = await Promise.all([ask(path),
    ask(`${path}/timeline?hours=${$('reach').value}`), ask('api/v1/summary')]);
  show('name', `${policy.namespace}/${policy.name}`);
  show('now', stateOf(policy), ` ${policy.warm} of ${policy.desired} warm: ` +
      `${policy.reason}.`);
  const trouble = degradedOf(policy)?.message ?? '';
  show('trouble', trouble);
  $('trouble').hidden = trouble === '';
  show('words', ...timeline.words.map((text) => element('li', {}, text)));
  for (const plot of ['instances', 'lateness', 'warmups']) {
    showPlot(`plot-${plot}`, timeline.plots[plot]);
  }
  showPlot('plot-leads', timeline.plots.leads);
  showPlan(timeline);
  showPast(timeline);
  showLeads(timeline.leadTime);
  showSavings(timeline.savings);
  watch(`api/v1/targets/${encodeURIComponent(policy.namespace)}/${
      encodeURIComponent(policy.target.name)}/warmup`);
  return {at: timeline.at, warning: warningOf(summary, null)};
}
