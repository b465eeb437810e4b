// A diagram of the route files, with the last 24 hours of each over all replicas, and the work that waits.

import { call, post } from './api.js';
import { Spark } from './chart.js';
import { ago, at, iso, number, plural, rate, span, time, words, zone } from './text.js';
import { Action, Loaded, Moment, Reason, h, refresh, say, useEffect, useFresh, useRef, useState } from './ui.js';

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

export function Flow({ summary }) {
  const { data, error } = useFresh((signal) => Promise.all([call('throughput', { signal }), call('schedules', { signal })]));
  return [
    h('p', { class: 'trigger' }, 'The last 24 hours of each stage and the work that waits, over all replicas.'),
    h(Loaded, { what: 'flow', data: summary && data, error }, ([day, schedules]) => [
      h(Picture, {}, h(Nodes, { stages: summary.stages, day })),
      h('div', { class: 'panels' },
        h(Destinations, summary), h(Priorities, summary), h(People, summary), h(Events, { events: summary.events, day }), h(Schedules, { schedules }))]),
  ];
}

const sum = (counts) => counts.reduce((total, count) => total + count, 0);

/** Messages a minute in the slot before and the current one, which has just begun or is nearly over. */
function perMinute(passed, day) {
  const begun = new Date(day.from).getTime() / 1000 + (passed.length - 2) * day.slot_seconds;
  return sum(passed.slice(-2)) / ((Date.now() / 1000 - begun) / 60);
}

function Nodes({ stages, day }) {
  const stage = (name) => h(Stage, { name, day });
  return [
    h(Place, { node: 'withings', title: 'Withings', says: 'notifies, and answers calls' }),
    stage('receive'),
    h(Place, { node: 'inbox', title: 'inbox', says: 'stored notifications', rows: { waiting: stages.inbox } }),
    stage('dispatch'), stage('connect'), stage('backfill'),
    h(Place, { node: 'requests', title: 'sync requests', says: 'waiting work',
      rows: { due: stages.due, retrying: stages.retrying, 'in flight': stages.in_flight, held: stages.held } }),
    stage('fetch'), stage('call'), stage('translate'), stage('deliver'),
    h(Place, { node: 'fhir', title: 'FHIR server', says: 'Observations, Devices' }),
    h(Place, { node: 'dead-letters', title: 'dead letters', says: 'wait for a person', href: '#/dead-letters', rows: { waiting: stages.dead_letters } }),
  ];
}

function Stage({ name, day }) {
  const { says, unit } = STAGES[name];
  const { passed, failed, seconds } = day.stages[name];
  const [count, errors, now] = [sum(passed), sum(failed), perMinute(passed, day)];
  const times = passed.map((_, slot) => new Date(day.from).getTime() / 1000 + slot * day.slot_seconds);
  return h('section', { class: `card stage${now > 0 ? ' busy' : ''}`, 'data-node': name },
    h('h3', {}, name), h('p', {}, says), h(Spark, { label: `${name}: messages in the last 24 hours`, times, values: passed }),
    h('dl', {},
      h('div', {}, h('dt', {}, unit), h('dd', {}, number(count))),
      h('div', {}, h('dt', {}, 'rate'), h('dd', {}, rate(now))),
      count > 0 && h('div', {}, h('dt', {}, 'mean'), h('dd', {}, span(seconds / count))),
      h('div', { class: errors > 0 ? 'bad' : '' }, h('dt', {}, 'failed'), h('dd', {}, number(errors)))));
}

/** A table with the work that waits in it, or a system outside, which has no rows. */
function Place({ node, title, says, rows, href }) {
  return h(href ? 'a' : 'section', { class: `card ${rows ? 'table' : 'outside'}`, 'data-node': node, href },
    h('h3', {}, title), h('p', {}, says),
    rows && h('dl', {}, Object.entries(rows).map(([label, { count, oldest_seconds: oldest } = { count: 0 }]) => h('div', { class: href && count > 0 ? 'bad' : '' },
      h('dt', {}, label), h('dd', {}, number(count), count > 0 && h(Oldest, { seconds: oldest }))))));
}

function Oldest({ seconds }) {
  return seconds === null ? null : h('small', {}, ` oldest ${span(seconds)}`);
}

/** The nodes, and arrows between them wherever they are laid out. */
function Picture({ children }) {
  const picture = useRef();
  const [{ frame, paths }, set] = useState({ frame: '0 0 0 0', paths: [] });
  const draw = () => {
    const box = (name) => {
      const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height } = picture.current.querySelector(`[data-node="${name}"]`);
      return { left, top, right: left + width, bottom: top + height };
    };
    const { offsetWidth: width, offsetHeight: height } = picture.current;
    const drawn = { frame: `0 0 ${width} ${height}`, paths: EDGES.map(([from, to, over]) => path(box(from), box(to), over)) };
    set((before) => (before.paths.join() === drawn.paths.join() ? before : drawn));
  };
  useEffect(draw);
  useEffect(() => {
    const observer = new ResizeObserver(draw);
    observer.observe(picture.current);
    return () => observer.disconnect();
  }, []);
  return h('div', { class: 'picture', ref: picture },
    h('svg', { class: 'lines', 'aria-hidden': 'true', viewBox: frame },
      h('marker', { id: 'arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
        h('path', { d: 'M0 0 8 4 0 8Z', class: 'head' })),
      paths.map((d, i) => h('path', { d, 'marker-end': 'url(#arrow)', class: EDGES[i][1] === 'dead-letters' ? 'fails' : '' }))),
    children);
}

/** An arrow from one box to another: straight where they face each other, otherwise with a corner. */
function path(a, b, over) {
  const middle = (low, high) => (low + high) / 2;
  const overlap = (low, high) => (low < high ? middle(low, high) : null);
  const x = overlap(Math.max(a.left, b.left), Math.min(a.right, b.right));
  const y = overlap(Math.max(a.top, b.top), Math.min(a.bottom, b.bottom));
  const from = middle(a.left, a.right);
  // Around the boxes in between, through the gap above.
  if (over && a.right < b.left && a.top < b.bottom) return `M${from} ${a.top}V${a.top - 17}H${b.left - 2}`;
  if (y !== null) return a.right <= b.left ? `M${a.right} ${y}H${b.left - 2}` : `M${a.left} ${y}H${b.right + 2}`;
  const [start, turn, end] = a.bottom <= b.top ? [a.bottom, middle(a.bottom, b.top), b.top - 2] : [a.top, middle(b.bottom, a.top), b.bottom + 2];
  return x !== null ? `M${x} ${start}V${end}` : `M${from} ${start}V${turn}H${middle(b.left, b.right)}V${end}`;
}

const STATES = { closed: 'up', half_open: 'being tried again', open: 'down' };
const NAMES = { withings: 'Withings', fhir: 'FHIR server' };

function Destinations({ budget, breakers }) {
  return h('section', { class: 'panel' }, h('h3', {}, 'Destinations'),
    budget && [
      h('meter', { min: 0, max: budget.calls_per_minute, high: budget.calls_per_minute * 0.9, value: budget.calls_per_minute - budget.left,
        'aria-label': 'calls used of the budget' }),
      h('p', {}, `${number(budget.left)} of ${number(budget.calls_per_minute)} calls of Withings a minute left`),
      budget.paused_until && h('p', { class: 'bad' }, `Withings said: too many. Paused until ${time(budget.paused_until)}`),
    ],
    h('ul', { class: 'plain' }, Object.entries(breakers).map(([name, { state, problem, until }]) => h('li', {},
      h('span', {}, `${NAMES[name]}:`), h('span', { class: `pill ${state === 'closed' ? 'good' : 'bad'}` }, STATES[state]),
      until && h('small', {}, `tried again at ${time(until)}`), problem && h('span', { class: 'below' }, problem)))),
    h('div', { class: 'actions' }, h(Redeliver)));
}

function Redeliver() {
  const send = (values, rest) => post('redeliver', { since: iso(values.get('since')), ...rest });
  const preview = async (values) => {
    const { resources, accounts, requests, held, not_queued: left } = await send(values, { dry_run: true });
    return [
      h('p', {}, h('b', {}, plural(resources, 'resource')), ' of ', h('b', {}, plural(accounts, 'account')), `, in ${plural(requests, 'request')}.`),
      held > 0 && h('p', { class: 'bad' }, `${number(held)} of them wait until their users connect again.`),
      left > 0 && h('p', { class: 'bad' }, `${number(left)} more are of disconnected accounts and cannot be fetched again.`)];
  };
  const act = async (values) => say(`${plural((await send(values, { reason: values.get('reason') })).requests, 'request')} queued.`);
  return h(Action, { label: 'Deliver again …', title: 'Deliver again?', verb: 'Deliver again', preview, act },
    h('p', {}, 'For a FHIR server that was restored from a backup: what was delivered since then is fetched and delivered again, of all accounts.'),
    h(Moment, { id: 'since', label: `Moment of the backup (${zone})`, days: 1 }), h(Reason));
}

function Priorities({ priorities }) {
  return h('section', { class: 'panel' }, h('h3', {}, 'Sync requests by origin'),
    h('ul', { class: 'plain' }, Object.entries(priorities).map(([priority, { count, oldest_seconds: oldest }]) => h('li', {},
      h('span', { class: 'grow' }, words(priority)), h('b', {}, number(count)), count > 0 && h(Oldest, { seconds: oldest })))));
}

function People({ accounts: { connected = 0, reconnect_required: again = 0, disconnected = 0, waiting = 0 } }) {
  return h('section', { class: 'panel' }, h('h3', {}, 'Accounts'),
    h('p', {}, h('a', { href: '#/accounts' }, plural(connected, 'connected account'))),
    waiting > 0 && h('p', {}, `${number(waiting)} of them ${waiting === 1 ? 'waits for its' : 'wait for their'} Patient`),
    again > 0 && h('p', { class: 'bad' }, `${plural(again, 'account')} must connect again`),
    disconnected > 0 && h('p', {}, `${number(disconnected)} disconnected`));
}

function Events({ events, day }) {
  const [busy, setBusy] = useState(false);
  const sinks = Object.entries(events);
  if (!sinks.length) return null;
  const again = async () => {
    setBusy(true);
    await post('events/send-again').catch((error) => say(error.message, true));
    setBusy(false);
    refresh();
  };
  const { passed, failed } = day.stages.publish;
  return h('section', { class: 'panel' }, h('h3', {}, 'Events'),
    h('p', {}, `${plural(sum(passed), 'try', 'tries')} to send in 24 hours, ${number(sum(failed))} failed`),
    h('ul', { class: 'plain' }, sinks.map(([name, sink]) => h('li', {},
      h('span', { class: 'grow' }, name), h('b', {}, number(sink.waiting)), h('small', {}, ' waiting'),
      sink.dead_letters > 0 && h('span', { class: 'bad' }, `, ${number(sink.dead_letters)} given up`),
      sink.last_answer && h('small', {}, ` last answer ${sink.last_answer}`),
      sink.gone_at && h('span', { class: 'bad below' }, 'gone: nothing is sent until the next start')))),
    sinks.some(([, sink]) => sink.waiting + sink.dead_letters > 0) && h('button', { type: 'button', disabled: busy, onClick: again }, 'Send again'));
}

function Schedules({ schedules }) {
  return h('section', { class: 'panel' }, h('h3', {}, 'Schedules'),
    h('ul', { class: 'plain' }, schedules.map((each) => h('li', {},
      h('span', { class: 'grow' }, words(each.name.replace('/', ' · '))),
      each.state === 'error' ? h('span', { class: 'bad' }, 'in error')
        : h('small', { title: `next ${at(each.next_at)}` }, each.running_on ? `runs on ${each.running_on}` : each.previous_at ? ago(each.previous_at) : 'not yet')))));
}
