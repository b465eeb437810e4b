// One account: its timeline from notification to Observation, its last values, and a resync.

import { call } from './api.js';
import { chart } from './chart.js';
import { empty, failed, h, loading, show } from './dom.js';
import { kinds, patient, subscriptions } from './accounts.js';
import { ask, letter, say } from './dead-letters.js';
import { ago, appli, asks, at, plural, words } from './text.js';

const KINDS = ['measures', 'activity', 'workouts', 'sleep', 'ecg'];

export function account(place, id) {
  let view = null;
  let timeline = null;
  let fhirUrl = null;
  const head = h('div');
  const values = h('section', { class: 'panel wide' }, h('h3', {}, 'Last values'));
  const events = h('div');
  const self = {
    rendered: false,
    async load(signal) {
      fhirUrl ??= (await (await fetch('settings.json', { signal })).json()).fhirUrl;
      timeline = await call(`accounts/${id}/timeline`, { signal });
      view = timeline.view ?? view ?? (await find(id, signal));
    },
    render() {
      if (!self.rendered) {
        show(place, head, values, h('h3', {}, 'Timeline'), events);
        chosen(values, id, fhirUrl);
        self.rendered = true;
      }
      show(head, view && [
        h('p', {}, h('b', {}, view.subject), ` · ${words(view.status)} · connected ${ago(view.connected_at)} `,
          h('button', { type: 'button', 'data-key': 'resync', onclick: () => resync(id) }, 'Fetch again …')),
        patient(view), kinds(view), subscriptions(view)]);
      const rows = merged(timeline, fhirUrl);
      show(events, rows.length ? h('ol', { class: 'timeline' }, rows) : empty('Nothing yet', 'No notification, request or delivery is known for this account.'));
    },
  };
  return self;
}

/** The account's row, read as a page of the list that begins just before its id. */
async function find(id, signal) {
  const page = await call(`accounts?${new URLSearchParams({ after: before(id), limit: 1 })}`, { signal });
  return page.items.find((item) => item.id === id) ?? null;
}

function before(id) {
  const previous = (BigInt(`0x${id.replaceAll('-', '')}`) - 1n).toString(16).padStart(32, '0');
  return previous.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** All events, newest first; deliveries of the same moment are one entry. */
function merged({ notifications, requests, dead_letters: deadLetters, deliveries }, fhirUrl) {
  const rows = [];
  const add = (moment, kind, title, ...detail) => rows.push([new Date(moment).getTime(), h('li', { class: kind },
    h('time', { datetime: moment, title: at(moment) }, ago(moment)), h('div', {}, h('b', {}, title), detail))]);
  for (const told of notifications) {
    add(told.received_at, 'told', `Notification · ${appli(told.appli)}`,
      h('p', { class: 'trigger' }, told.dispatched_at ? 'became sync requests' : 'waits to be dispatched',
        told.oddities.length > 0 && ` · odd: ${told.oddities.map(words).join(', ')}`));
  }
  for (const request of requests) {
    add(request.requested_at, request.problem ? 'request bad' : 'request', `Fetch ${request.in_flight ? 'under way' : 'waiting'} · ${request.kind}`,
      h('p', { class: 'trigger' }, `${words(request.priority)} · ${asks(request)}`,
        request.tries > 0 && ` · ${plural(request.tries, 'try', 'tries')}`,
        request.problem && ` · ${request.problem}`,
        !request.in_flight && new Date(request.not_before) > Date.now() && ` · again at ${new Date(request.not_before).toLocaleTimeString()}`));
  }
  for (const row of deadLetters) {
    add(row.created_at, 'dead-letters', `Dead letter · ${row.kind}`, letter(row));
  }
  const batches = Map.groupBy ? Map.groupBy(deliveries, (d) => `${d.delivered_at}|${d.kind}`) : grouped(deliveries);
  for (const batch of batches.values()) {
    const links = h('ul', { class: 'links' }, batch.slice(0, 200).map((d) => h('li', {},
      h('a', { href: `${fhirUrl}/${d.type}/${d.id}`, target: '_blank', rel: 'noreferrer noopener' }, `${d.type} ${d.key}`), d.in_error && ' (entered in error)')));
    add(batch[0].delivered_at, 'delivered', `Delivered · ${batch[0].kind} · ${plural(batch.length, 'resource')}`,
      batch.length > 5 ? h('details', {}, h('summary', {}, 'Show them'), links) : links);
  }
  return rows.sort(([a], [b]) => b - a).map(([, row]) => row);
}

function grouped(deliveries) {
  const groups = new Map();
  for (const d of deliveries) {
    const key = `${d.delivered_at}|${d.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), d]);
  }
  return groups;
}

/** A chart of the chosen values on the FHIR server. */
async function chosen(place, id, fhirUrl) {
  const canvas = h('div');
  const select = h('select', { id: 'code', 'data-key': 'code', onchange: () => draw() });
  const draw = async () => {
    show(canvas, loading('values'));
    try {
      const { series } = await call(`accounts/${id}/values?${new URLSearchParams({ code: select.value })}`);
      show(canvas, series.length ? chart(series, fhirUrl) : empty('No values', 'The FHIR server has none for this Patient.'));
    } catch (error) {
      show(canvas, failed(error, draw));
    }
  };
  show(place, h('h3', {}, 'Last values'), canvas);
  show(canvas, loading('values'));
  try {
    const { codes } = await call(`accounts/${id}/values`);
    if (!codes.length) {
      show(canvas, empty('No values yet', 'The FHIR server has no Observation with a number for this Patient.'));
      return;
    }
    select.append(...codes.map(({ code, display }) => h('option', { value: code }, display)));
    show(place, h('h3', {}, 'Last values'), h('p', { class: 'filters' }, h('label', { for: 'code' }, 'Show'), select), canvas);
    draw();
  } catch (error) {
    show(canvas, failed(error, () => chosen(place, id, fhirUrl)));
  }
}

function resync(id) {
  const from = h('input', { id: 'from', type: 'date', required: true, value: new Date(Date.now() - 7 * 86400000).toISOString().slice(0, 10) });
  const boxes = KINDS.map((kind) => h('input', { type: 'checkbox', value: kind, checked: true }));
  ask('Fetch again?', [
    h('p', {}, 'Makes the FHIR server equal to Withings from this day until now. What has not changed is not sent.'),
    h('label', { for: 'from' }, 'From'), from,
    h('fieldset', {}, h('legend', {}, 'Kinds'), boxes.map((box) => h('label', { class: 'check' }, box, box.value))),
  ], 'Fetch again', async () => {
    const wanted = boxes.filter((box) => box.checked).map((box) => box.value);
    const receipt = await call(`accounts/${id}/resync`, { method: 'POST', body: { kinds: wanted, from: from.value } });
    say(`${plural(receipt.queued.length, 'request')} queued.`);
  });
}
