// A diagram of the route files: counts and rates are of this replica, waiting work of all replicas.

import { call, meters } from './api.js';
import { h, show, svg } from './dom.js';
import { number, plural, rate, span, words } from './text.js';

// Without the suffix _total, as the endpoint's filter expects them.
const METERS = ['camel_exchanges', 'camel_exchanges_failed', 'camel_exchanges_failures_handled', 'camel_route_policy_seconds'];

// A file's count is that of the route that each of its messages passes once.
const STAGES = {
  receive: { counts: ['receive-signed-url', 'receive-signed-body'], says: 'verifies and stores notifications', unit: 'notifications' },
  dispatch: { counts: ['dispatch-notification'], says: 'chooses data kinds by appli', unit: 'notifications' },
  connect: { counts: ['connect-callback', 'connect-complete'], says: 'connects users, requests their history', unit: 'connections' },
  backfill: { counts: ['backfill-catch-up'], says: 'catch-up and schedules', unit: 'runs' },
  fetch: { counts: ['fetch-work'], says: 'serves sync requests', unit: 'requests' },
  call: { counts: ['call-withings'], says: 'calls Withings within the budget', unit: 'calls' },
  translate: { counts: ['translate-page'], says: 'makes FHIR resources', unit: 'pages' },
  deliver: { counts: ['deliver-part'], says: 'sends transactions, keeps the ledger', unit: 'transactions' },
};

const EDGES = [
  ['withings', 'receive'], ['receive', 'inbox'], ['inbox', 'dispatch'], ['dispatch', 'requests'], ['connect', 'requests', 'over'],
  ['backfill', 'requests'], ['requests', 'fetch'], ['fetch', 'call'], ['call', 'translate'], ['translate', 'deliver'],
  ['deliver', 'fhir'], ['fetch', 'dead-letters'],
];

export function flow(place) {
  let before = null;
  let now = null;
  const picture = h('div', { class: 'picture' });
  const lines = svg('svg', { class: 'lines', 'aria-hidden': 'true' });
  const below = h('div', { class: 'panels' });
  const draw = () => connect(picture, lines);
  const self = {
    rendered: false,
    async load(signal) {
      const samples = await meters(METERS, signal);
      before = now;
      now = { at: performance.now(), samples };
    },
    render(summary) {
      if (!self.rendered) {
        show(place, h('p', { class: 'trigger' }, 'Counts and rates: this replica, since it started. Waiting work: all replicas.'), picture, below);
        new ResizeObserver(draw).observe(picture);
        self.rendered = true;
      }
      show(picture, lines, ...cards(summary, now, before));
      show(below, budget(summary), priorities(summary), people(summary), events(summary));
      draw();
    },
  };
  return self;
}

function sum(snapshot, name, routes) {
  return snapshot.samples
    .filter((sample) => sample.name === name && routes.includes(sample.labels.routeId))
    .reduce((total, sample) => total + sample.value, 0);
}

function cards(summary, now, before) {
  const stage = (name) => summary.stages[name] ?? { count: 0, oldest_seconds: null };
  const stageCard = (name) => {
    const { counts, says, unit } = STAGES[name];
    const count = sum(now, 'camel_exchanges_total', counts);
    const errors = sum(now, 'camel_exchanges_failed_total', counts) + sum(now, 'camel_exchanges_failures_handled_total', counts);
    const seconds = sum(now, 'camel_route_policy_seconds_sum', counts);
    const timed = sum(now, 'camel_route_policy_seconds_count', counts);
    const perMinute = before ? ((count - sum(before, 'camel_exchanges_total', counts)) / (now.at - before.at)) * 60000 : null;
    return h('section', { class: `card stage${perMinute > 0 ? ' busy' : ''}`, 'data-node': name },
      h('h3', {}, name), h('p', {}, says),
      h('dl', {},
        h('div', {}, h('dt', {}, unit), h('dd', {}, number(count))),
        h('div', {}, h('dt', {}, 'rate'), h('dd', {}, rate(perMinute))),
        timed > 0 && h('div', {}, h('dt', {}, 'mean'), h('dd', {}, span(seconds / timed))),
        h('div', { class: errors > 0 ? 'bad' : '' }, h('dt', {}, 'failed'), h('dd', {}, number(errors)))));
  };
  const table = (node, title, says, rows, link) => {
    const waiting = rows.reduce((total, [, name]) => total + stage(name).count, 0);
    return h(link ? 'a' : 'section', { class: `card table${waiting ? ' waits' : ''}`, 'data-node': node, href: link, 'data-key': node },
      h('h3', {}, title), h('p', {}, says),
      h('dl', {}, rows.map(([label, name]) => h('div', { class: stage(name).count && name === 'dead_letters' ? 'bad' : '' },
        h('dt', {}, label),
        h('dd', {}, number(stage(name).count),
          stage(name).count > 0 && stage(name).oldest_seconds !== null && h('small', {}, ` oldest ${span(stage(name).oldest_seconds)}`))))));
  };
  const outside = (node, title, says) => h('section', { class: 'card outside', 'data-node': node }, h('h3', {}, title), h('p', {}, says));
  return [
    outside('withings', 'Withings', 'notifies, and answers calls'),
    stageCard('receive'),
    table('inbox', 'inbox', 'stored notifications', [['waiting', 'inbox']]),
    stageCard('dispatch'),
    stageCard('connect'),
    stageCard('backfill'),
    table('requests', 'sync requests', 'waiting work',
      [['due', 'due'], ['retrying', 'retrying'], ['in flight', 'in_flight'], ['held', 'held']]),
    stageCard('fetch'), stageCard('call'), stageCard('translate'), stageCard('deliver'),
    outside('fhir', 'FHIR server', 'Observations, Devices'),
    table('dead-letters', 'dead letters', 'wait for a person', [['waiting', 'dead_letters']], '#/dead-letters'),
  ];
}

/** Draws the arrows between the cards at their laid-out positions. */
function connect(picture, lines) {
  const frame = picture.getBoundingClientRect();
  lines.setAttribute('viewBox', `0 0 ${frame.width} ${frame.height}`);
  const box = (name) => {
    const r = picture.querySelector(`[data-node="${name}"]`)?.getBoundingClientRect();
    return r && { left: r.left - frame.left, right: r.right - frame.left, top: r.top - frame.top, bottom: r.bottom - frame.top };
  };
  const arrow = svg('marker', { id: 'arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
    svg('path', { d: 'M0 0 8 4 0 8Z', class: 'head' }));
  const paths = EDGES.map(([from, to, over]) => {
    const a = box(from);
    const b = box(to);
    return a && b && svg('path', { d: over && a.right < b.left && a.top < b.bottom ? above(a, b) : way(a, b), 'marker-end': 'url(#arrow)', class: to === 'dead-letters' ? 'fails' : '' });
  });
  lines.replaceChildren(svg('defs', {}, arrow), ...paths.filter(Boolean));
}

/** Around the cards in between, through the gap above. */
function above(a, b) {
  return `M${(a.left + a.right) / 2} ${a.top}V${a.top - 17}H${b.left - 2}`;
}

function way(a, b) {
  const middle = (low, high) => (low + high) / 2;
  const overlap = (low, high) => (low < high ? middle(low, high) : null);
  const x = overlap(Math.max(a.left, b.left), Math.min(a.right, b.right));
  const y = overlap(Math.max(a.top, b.top), Math.min(a.bottom, b.bottom));
  if (y !== null) return a.right <= b.left ? `M${a.right} ${y}H${b.left - 2}` : `M${a.left} ${y}H${b.right + 2}`;
  if (x !== null) return a.bottom <= b.top ? `M${x} ${a.bottom}V${b.top - 2}` : `M${x} ${a.top}V${b.bottom + 2}`;
  const from = middle(a.left, a.right);
  const end = middle(b.left, b.right);
  const turn = a.bottom <= b.top ? middle(a.bottom, b.top) : middle(b.bottom, a.top);
  return a.bottom <= b.top
    ? `M${from} ${a.bottom}V${turn}H${end}V${b.top - 2}`
    : `M${from} ${a.top}V${turn}H${end}V${b.bottom + 2}`;
}

function budget(summary) {
  const { budget: calls, breakers } = summary;
  if (!calls && !breakers) return null;
  const used = calls ? calls.calls_per_minute - calls.left : 0;
  return h('section', { class: 'panel' }, h('h3', {}, 'Destinations'),
    calls && [
      h('meter', { min: 0, max: calls.calls_per_minute, value: used, high: calls.calls_per_minute * 0.9, 'aria-label': 'calls used of the budget' }),
      h('p', {}, `${number(calls.left)} of ${number(calls.calls_per_minute)} calls of Withings a minute left`),
      calls.paused_until && h('p', { class: 'bad' }, `Withings said: too many. Paused until ${new Date(calls.paused_until).toLocaleTimeString()}`),
    ],
    breakers && h('ul', { class: 'plain' }, Object.entries(breakers).map(([name, breaker]) => h('li', {},
      h('span', { class: `pill ${breaker.state === 'closed' ? 'good' : 'bad'}` }, words(breaker.state)), ` ${words(name)}`,
      breaker.problem && `: ${breaker.problem}`,
      breaker.until && `, tried again at ${new Date(breaker.until).toLocaleTimeString()}`))));
}

function priorities(summary) {
  return h('section', { class: 'panel' }, h('h3', {}, 'Sync requests by origin'),
    h('ul', { class: 'plain' }, Object.entries(summary.priorities).map(([priority, stage]) => h('li', {},
      h('span', { class: 'grow' }, words(priority)), h('b', {}, number(stage.count)),
      stage.count > 0 && stage.oldest_seconds !== null && h('small', {}, ` oldest ${span(stage.oldest_seconds)}`)))));
}

function people(summary) {
  const { connected = 0, reconnect_required: again = 0, disconnected = 0 } = summary.accounts;
  return h('section', { class: 'panel' }, h('h3', {}, 'Accounts'),
    h('p', {}, h('a', { href: '#/accounts', 'data-key': 'accounts' }, plural(connected, 'connected account'))),
    again > 0 && h('p', { class: 'bad' }, `${plural(again, 'account')} must connect again`),
    disconnected > 0 && h('p', {}, `${number(disconnected)} disconnected`));
}

function events(summary) {
  const sinks = Object.entries(summary.events ?? {});
  if (!sinks.length) return null;
  const again = async (event) => {
    event.target.disabled = true;
    await call('events/send-again', { method: 'POST' }).catch(() => {});
    document.dispatchEvent(new Event('refresh'));
  };
  return h('section', { class: 'panel' }, h('h3', {}, 'Events'),
    h('ul', { class: 'plain' }, sinks.map(([name, sink]) => h('li', {},
      h('span', { class: 'grow' }, name), h('b', {}, number(sink.waiting)), h('small', {}, ' waiting'),
      sink.dead_letters > 0 && h('span', { class: 'bad' }, `, ${number(sink.dead_letters)} given up`),
      sink.last_answer && h('small', {}, ` last answer ${sink.last_answer}`),
      sink.gone_at && h('span', { class: 'bad' }, ' gone: nothing is sent until the next start')))),
    sinks.some(([, sink]) => sink.waiting + sink.dead_letters > 0)
      && h('button', { type: 'button', 'data-key': 'send-again', onclick: again }, 'Send again'));
}
