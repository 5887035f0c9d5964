// All policies, a page of them at a time, and the controller in a few numbers.
import {$, ask, badge, card, clock, distance, duration, element, hours, plural,
  show, table} from './elements.js';

const kRows = 50;
// Where the pages begin that lead to the one that is shown.
let starts = [''];
let next = null;

export const degradedOf = (policy) => policy.suspend ? undefined
    : policy.conditions.find(
        (one) => one.type === 'Degraded' && one.status === 'True');

export function stateOf(policy) {
  if (policy.suspend) return badge('off', '‖', 'suspended');
  const degraded = degradedOf(policy);
  if (degraded) return badge('bad', '×', degraded.reason);
  if (policy.dryRun) return badge('off', '?', 'dry run');
  if (policy.desired === 0) return badge('off', '○', 'nothing asked');
  return policy.warm >= policy.desired ? badge('good', '✓', 'warm')
                                       : badge('busy', '…', 'warming');
}

export function punctuality(opening) {
  if (opening.missed) return badge('bad', '×', 'missed');
  const seconds = opening.warmSecondsBefore;
  if (seconds >= 0) {
    return badge('good', '✓', `warm ${duration(seconds)} before`);
  }
  return badge('bad', '×', opening.warmAt
      ? `${duration(seconds)} late` : `not warm, ${duration(seconds)} late`);
}

function row(policy, now) {
  const key = `${policy.namespace}/${policy.name}`;
  return [
    element('a', {href: `#${encodeURIComponent(policy.namespace)}/` +
        encodeURIComponent(policy.name)}, key),
    stateOf(policy),
    `${policy.warm} of ${policy.desired}`,
    policy.reason,
    distance(policy.nextTransition, now) || 'none',
    policy.lastOpening ? punctuality(policy.lastOpening) : '–',
    `${policy.target.kind} ${policy.target.name}`,
  ];
}

export function savingsCards(savings) {
  const saved = savings.savedInstanceHours;
  const cards = [card(hours(Math.abs(saved)), `instance-hours ${
      saved >= 0 ? 'saved against' : 'more than'} always-on`)];
  if (savings.savedCost !== null) {
    cards.push(card(Math.abs(savings.savedCost).toFixed(2), `${
        saved >= 0 ? 'saved' : 'spent more'}, at ${
        savings.pricePerInstanceHour} per instance-hour`));
  }
  return cards;
}

export function savingsNote(savings) {
  return [
    'Since ', clock(savings.since), ` UTC ${hours(savings.instanceHours)} ` +
    `instance-hours were spent. Always-on, ${
        plural(savings.alwaysOn, 'instance')} all the time, would have been ` +
    `${hours(savings.alwaysOnInstanceHours)}: as many as ever are asked for. ` +
    'Instances beyond them count against the savings; hours in which no ' +
    'controller looked are left out.',
  ];
}

function showNumbers(summary) {
  const cards = [
    card(`${summary.warm} of ${summary.desired}`,
        'instances that are asked for are warm'),
    card(summary.current, 'instances exist'),
    card(summary.degraded === 0 ? 'none' : summary.degraded, `of ${
        summary.policies} ${summary.policies === 1 ? 'policy' : 'policies'
    } in trouble`),
  ];
  const counted = summary.savings.since !== null;
  if (counted) cards.push(...savingsCards(summary.savings));
  show('numbers', ...cards);
  show('numbers-note', ...(counted ? savingsNote(summary.savings)
                                   : ['Nothing was counted yet.']));
}

// What the page should warn of; '' where there is nothing.
export function warningOf(summary, refused) {
  if (summary.standsBy) {
    return 'This controller stands by and knows of nothing: ask the one that ' +
        'leads (its pod holds the Lease).';
  }
  return refused ? `Newer policies are not in force: ${refused}` : '';
}

export async function showOverview() {
  const asked = new URLSearchParams({limit: kRows});
  const contains = $('contains').value.trim();
  if (contains) asked.set('contains', contains);
  const start = starts[starts.length - 1];
  if (start) asked.set('continue', start);
  const [summary, list] = await Promise.all(
      [ask('api/v1/summary'), ask(`api/v1/policies?${asked}`)]);
  showNumbers(summary);
  const rows = list.items.map((policy) => row(policy, list.at));
  show('policies', rows.length > 0
      ? table(contains ? `Policies with “${contains}” in their name`
                       : 'Policies by namespace and name',
          ['policy', 'state', 'warm', 'why', 'next change', 'last opening',
            'target'], rows)
      : element('p', {}, contains ? 'No policy has that in its name.'
                                  : 'There are no policies yet.'));
  next = list.continue;
  $('before').disabled = starts.length === 1;
  $('after').disabled = next === null;
  $('pages').hidden = starts.length === 1 && next === null;
  return {at: summary.at, warning: warningOf(summary, list.refused)};
}

// `again` shows what is asked for now.
export function listen(again) {
  $('filter').addEventListener('submit', (event) => event.preventDefault());
  $('contains').addEventListener('input', () => {
    starts = [''];
    again();
  });
  $('before').addEventListener('click', () => {
    starts.pop();
    again();
  });
  $('after').addEventListener('click', () => {
    if (next !== null) starts.push(next);
    again();
  });
}
