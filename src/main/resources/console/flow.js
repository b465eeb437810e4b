// A diagram of the route files, with the last 24 hours of each over all replicas, and the work that waits.

import { call } from './api.js';
import { spark } from './chart.js';
import { ask, say } from './dead-letters.js';
import { h, show, svg } from './dom.js';
import { iso, local, number, plural, rate, span, time, words, zone } from './text.js';

const STAGES = {
  receive: { says: 'verifies and stores notifications', unit: 'notifications' },
  dispatch: { says: 'chooses data kinds by appli', unit: 'notifications' },
  connect: { says: 'connects users, requests their history', unit: 'connections' },
  backfill: { says: 'catch-up and schedules', unit: 'runs' },
  fetch: { says: 'serves sync requests', unit: 'requests' },
  call: { says: 'calls Withings within the budget', unit: 'calls' },
  translate: { says: 'makes FHIR resources', unit: 'pages' },
  deliver: { says: 'sends transactions, keeps the ledger', unit: 'transactions' },
};

const EDGES = [
  ['withings', 'receive'], ['receive', 'inbox'], ['inbox', 'dispatch'], ['dispatch', 'requests'], ['connect', 'requests', 'over'],
  ['backfill', 'requests'], ['requests', 'fetch'], ['fetch', 'call'], ['call', 'translate'], ['translate', 'deliver'],
  ['deliver', 'fhir'], ['fetch', 'dead-letters'],
];

export function flow(place) {
  let day = null;
  const sparks = Object.fromEntries(Object.keys(STAGES).map((name) => [name, spark(`${name}: messages in the last 24 hours`)]));
  const picture = h('div', { class: 'picture' });
  const lines = svg('svg', { class: 'lines', 'aria-hidden': 'true' });
  const below = h('div', { class: 'panels' });
  const draw = () => connect(picture, lines);
  const self = {
    rendered: false,
    async load(signal) {
      day = await call('throughput', { signal });
    },
    render(summary) {
      if (!self.rendered) {
        show(place, h('p', { class: 'trigger' }, 'The last 24 hours of each stage and the work that waits, over all replicas.'), picture, below);
        new ResizeObserver(draw).observe(picture);
        self.rendered = true;
      }
      show(picture, lines, ...cards(summary, day, sparks));
      const times = day.stages.receive.passed.map((_, slot) => new Date(day.from).getTime() / 1000 + slot * day.slot_seconds);
      Object.entries(sparks).forEach(([name, line]) => line.set(times, day.stages[name].passed));
      show(below, destinations(summary), priorities(summary), people(summary), events(summary, day));
      draw();
    },
  };
  return self;
}

const sum = (counts) => counts.reduce((total, count) => total + count, 0);

/** Messages a minute in the slot before and the current one, which has just begun or is nearly over. */
function perMinute(passed, day) {
  const begun = new Date(day.from).getTime() / 1000 + (passed.length - 2) * day.slot_seconds;
  return sum(passed.slice(-2)) / ((Date.now() / 1000 - begun) / 60);
}

function cards(summary, day, sparks) {
  const stage = (name) => summary.stages[name] ?? { count: 0, oldest_seconds: null };
  const stageCard = (name) => {
    const { says, unit } = STAGES[name];
    const { passed, failed, seconds } = day.stages[name];
    const count = sum(passed);
    const errors = sum(failed);
    const now = perMinute(passed, day);
    return h('section', { class: `card stage${now > 0 ? ' busy' : ''}`, 'data-node': name },
      h('h3', {}, name), h('p', {}, says), sparks[name].place,
      h('dl', {},
        h('div', {}, h('dt', {}, unit), h('dd', {}, number(count))),
        h('div', {}, h('dt', {}, 'rate'), h('dd', {}, rate(now))),
        count > 0 && h('div', {}, h('dt', {}, 'mean'), h('dd', {}, span(seconds / count))),
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

const STATES = { closed: 'up', half_open: 'being tried again', open: 'down' };
const NAMES = { withings: 'Withings', fhir: 'FHIR server' };

function destinations(summary) {
  const { budget: calls, breakers } = summary;
  const used = calls ? calls.calls_per_minute - calls.left : 0;
  return h('section', { class: 'panel' }, h('h3', {}, 'Destinations'),
    calls && [
      h('meter', { min: 0, max: calls.calls_per_minute, value: used, high: calls.calls_per_minute * 0.9, 'aria-label': 'calls used of the budget' }),
      h('p', {}, `${number(calls.left)} of ${number(calls.calls_per_minute)} calls of Withings a minute left`),
      calls.paused_until && h('p', { class: 'bad' }, `Withings said: too many. Paused until ${time(calls.paused_until)}`),
    ],
    h('ul', { class: 'plain' }, Object.entries(breakers).map(([name, breaker]) => h('li', {},
      h('span', {}, `${NAMES[name]}:`), h('span', { class: `pill ${breaker.state === 'closed' ? 'good' : 'bad'}` }, STATES[breaker.state]),
      breaker.problem && h('span', {}, breaker.problem),
      breaker.until && h('small', {}, `tried again at ${time(breaker.until)}`)))),
    h('p', { class: 'actions' }, h('button', { type: 'button', 'data-key': 'redeliver', onclick: redeliver }, 'Deliver again …')));
}

function redeliver() {
  const since = h('input', { id: 'since', type: 'datetime-local', required: true, value: local(Date.now() - 86400000) });
  const reason = h('input', { id: 'reason', class: 'note', required: true, maxlength: 500, autocomplete: 'off' });
  const send = (body) => call('redeliver', { method: 'POST', body: { since: iso(since.value), ...body } });
  ask('Deliver again?', [
    h('p', {}, 'For a FHIR server that was restored from a backup: what was delivered since then is fetched and delivered again, of all accounts.'),
    h('label', { for: 'since' }, `Moment of the backup (${zone})`), since,
    h('label', { for: 'reason' }, 'Reason'), reason,
  ], 'Deliver again', async () => {
    const receipt = await send({ reason: reason.value });
    say(`${plural(receipt.requests, 'request')} queued.`);
  }, async () => {
    const found = await send({ dry_run: true });
    return [
      h('p', {}, h('b', {}, plural(found.resources, 'resource')), ' of ', h('b', {}, plural(found.accounts, 'account')), `, in ${plural(found.requests, 'request')}.`),
      found.held > 0 && h('p', { class: 'bad' }, `${number(found.held)} of them wait until their users connect again.`),
      found.not_queued > 0 && h('p', { class: 'bad' }, `${number(found.not_queued)} more are of disconnected accounts and cannot be fetched again.`),
    ];
  });
}

function priorities(summary) {
  return h('section', { class: 'panel' }, h('h3', {}, 'Sync requests by origin'),
    h('ul', { class: 'plain' }, Object.entries(summary.priorities).map(([priority, stage]) => h('li', {},
      h('span', { class: 'grow' }, words(priority)), h('b', {}, number(stage.count)),
      stage.count > 0 && stage.oldest_seconds !== null && h('small', {}, ` oldest ${span(stage.oldest_seconds)}`)))));
}

function people(summary) {
  const { connected = 0, reconnect_required: again = 0, disconnected = 0, waiting = 0 } = summary.accounts;
  return h('section', { class: 'panel' }, h('h3', {}, 'Accounts'),
    h('p', {}, h('a', { href: '#/accounts', 'data-key': 'accounts' }, plural(connected, 'connected account'))),
    waiting > 0 && h('p', {}, `${number(waiting)} of them ${waiting === 1 ? 'waits for its' : 'wait for their'} Patient`),
    again > 0 && h('p', { class: 'bad' }, `${plural(again, 'account')} must connect again`),
    disconnected > 0 && h('p', {}, `${number(disconnected)} disconnected`));
}

function events(summary, day) {
  const sinks = Object.entries(summary.events ?? {});
  if (!sinks.length) return null;
  const again = async (event) => {
    event.target.disabled = true;
    await call('events/send-again', { method: 'POST' }).catch(() => {});
    document.dispatchEvent(new Event('refresh'));
  };
  return h('section', { class: 'panel' }, h('h3', {}, 'Events'),
    h('p', {}, `${plural(sum(day.stages.publish.passed), 'try', 'tries')} to send in 24 hours, ${number(sum(day.stages.publish.failed))} failed`),
    h('ul', { class: 'plain' }, sinks.map(([name, sink]) => h('li', {},
      h('span', { class: 'grow' }, name), h('b', {}, number(sink.waiting)), h('small', {}, ' waiting'),
      sink.dead_letters > 0 && h('span', { class: 'bad' }, `, ${number(sink.dead_letters)} given up`),
      sink.last_answer && h('small', {}, ` last answer ${sink.last_answer}`),
      sink.gone_at && h('span', { class: 'bad' }, ' gone: nothing is sent until the next start')))),
    sinks.some(([, sink]) => sink.waiting + sink.dead_letters > 0)
      && h('button', { type: 'button', 'data-key': 'send-again', onclick: again }, 'Send again'));
}
