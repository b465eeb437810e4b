// One account: its timeline from notification to Observation, its last values, and what an operator can do with it.

import { call } from './api.js';
import { chart } from './chart.js';
import { empty, failed, h, loading, show } from './dom.js';
import { kinds, patient, subscriptions } from './accounts.js';
import { ask, letter, say } from './dead-letters.js';
import { ago, appli, asks, at, iso, local, plural, time, words, zone } from './text.js';

/** Values of a chart; older ones are not read. */
const MOST = 10000;

const KINDS = ['measures', 'activity', 'workouts', 'sleep', 'ecg'];

export function account(place, id) {
  let view = null;
  let timeline = null;
  let fhirUrl = null;
  const reading = fetch('settings.json').then((answer) => answer.json());
  const head = h('div');
  const values = h('section', { class: 'panel wide' }, h('h3', {}, 'Last values'));
  const events = h('div');
  const self = {
    rendered: false,
    async load(signal) {
      const [found, page, settings] = await Promise.all([
        call(`accounts/${id}/timeline`, { signal }), call(`accounts?search=${id}`, { signal }), reading]);
      timeline = found;
      view = page.items[0];
      fhirUrl = settings.fhirUrl;
    },
    render() {
      self.rendered = true;
      show(head, view && [
        h('p', {}, h('b', {}, view.subject), ` · ${words(view.status)} · connected ${ago(view.connected_at)}`,
          view.patient.reference && ` · ${view.patient.reference}`, ' · in log lines ', h('code', {}, view.user_mark)),
        view.status !== 'disconnected' && h('p', { class: 'actions' },
          h('button', { type: 'button', 'data-key': 'resync', onclick: () => resync(id) }, 'Fetch again …'),
          h('button', { type: 'button', 'data-key': 'disconnect', onclick: () => disconnect(view) }, 'Disconnect …')),
        patient(view), kinds(view), subscriptions(view)]);
      const rows = merged(timeline, fhirUrl);
      show(events, rows.length ? h('ol', { class: 'timeline' }, rows) : empty('Nothing yet', 'No notification, request or delivery is known for this account.'));
    },
  };
  show(place, head, values, h('h3', {}, 'Timeline'), events);
  // Not after the timeline: the FHIR server takes longest.
  reading.then((settings) => chosen(values, id, settings.fhirUrl));
  return self;
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
        !request.in_flight && new Date(request.not_before) > Date.now() && ` · again at ${time(request.not_before)}`));
  }
  for (const row of deadLetters) {
    add(row.created_at, 'dead-letters', `Dead letter · ${row.kind ?? 'event'}`, letter(row));
  }
  const batches = Map.groupBy(deliveries, (d) => `${d.delivered_at}|${d.kind}`);
  for (const batch of batches.values()) {
    const links = h('ul', { class: 'links' }, batch.slice(0, 200).map((d) => h('li', {},
      h('a', { href: `${fhirUrl}/${d.type}/${d.id}`, target: '_blank', rel: 'noreferrer noopener' }, `${d.type} ${d.key}`), d.in_error && ' (entered in error)')));
    add(batch[0].delivered_at, 'delivered', `Delivered · ${batch[0].kind} · ${plural(batch.length, 'resource')}`,
      batch.length > 5 ? h('details', {}, h('summary', {}, 'Show them'), links) : links);
  }
  return rows.sort(([a], [b]) => b - a).map(([, row]) => row);
}

/** A chart of the chosen values on the FHIR server. */
async function chosen(place, id, fhirUrl) {
  const canvas = h('div');
  const select = h('select', { id: 'code', 'data-key': 'code', onchange: () => draw() });
  let left = false;
  addEventListener('hashchange', () => { left = true; }, { once: true });
  /** Draws what is known already, and then page by page. */
  const draw = async (known = []) => {
    const code = select.value;
    let all = known;
    let more = { code };
    show(canvas, known.length ? chart(known, fhirUrl) : loading('values'));
    try {
      // The newest are drawn at once, and again with each further page.
      while (more && select.value === code && !left) {
        const page = await call(`accounts/${id}/values?${new URLSearchParams(more)}`);
        all = joined(all, page.series);
        more = page.before && page.before !== more.before && all.reduce((sum, one) => sum + one.points.length, 0) < MOST ? { code, before: page.before } : null;
        show(canvas, all.length ? chart(all, fhirUrl) : empty('No values', 'The FHIR server has none for this Patient.'));
      }
    } catch (error) {
      // What was drawn stays.
      all.length ? canvas.append(failed(error, () => draw())) : show(canvas, failed(error, () => draw()));
    }
  };
  show(place, h('h3', {}, 'Last values'), canvas);
  show(canvas, loading('values'));
  try {
    const { codes, series } = await call(`accounts/${id}/values`);
    if (!codes.length) {
      show(canvas, empty('No values yet', 'The FHIR server has no Observation with a number for this Patient.'));
      return;
    }
    select.append(...codes.map(({ code, display }) => h('option', { value: code }, display)));
    show(place, h('h3', {}, 'Last values'), h('p', { class: 'filters' }, h('label', { for: 'code' }, 'Show'), select), canvas);
    draw(series.filter((one) => one.name === codes[0].display));
  } catch (error) {
    show(canvas, failed(error, () => chosen(place, id, fhirUrl)));
  }
}

/** Series with a further page of points. Pages overlap by a moment, so that none is lost where several share it. */
function joined(all, page) {
  return page.map((one) => {
    const known = all.find((each) => each.name === one.name && each.unit === one.unit)?.points ?? [];
    const ids = new Set(known.map((point) => point.id));
    return { ...one, points: [...known, ...one.points.filter((point) => !ids.has(point.id))] };
  }).concat(all.filter((each) => !page.some((one) => one.name === each.name && one.unit === each.unit)));
}

function resync(id) {
  const from = h('input', { id: 'from', type: 'datetime-local', required: true, value: local(Date.now() - 7 * 86400000) });
  const boxes = KINDS.map((kind) => h('input', { type: 'checkbox', value: kind, checked: true }));
  const again = h('input', { type: 'checkbox', id: 'again' });
  const send = (dryRun) => call(`accounts/${id}/resync`, { method: 'POST', body: {
    kinds: boxes.filter((box) => box.checked).map((box) => box.value), from: iso(from.value), redeliver: again.checked, dry_run: dryRun } });
  ask('Fetch again?', [
    h('p', {}, 'Makes the FHIR server equal to Withings from this moment until now.'),
    h('label', { for: 'from' }, `From (${zone})`), from,
    h('fieldset', {}, h('legend', {}, 'Kinds'), boxes.map((box) => h('label', { class: 'check' }, box, box.value))),
    h('label', { class: 'check' }, again, 'Deliver what has not changed, too'),
  ], 'Fetch again', async () => {
    const receipt = await send(false);
    say(`${plural(receipt.queued.length, 'request')} queued.`);
  }, async () => {
    const found = await send(true);
    return [
      h('p', {}, h('b', {}, plural(found.queued.length, 'request')), found.queued.length > 0 && ` (${found.queued.map((each) => each.kind).join(', ')})`,
        ' · ', h('b', {}, plural(found.resources, 'resource')), ` of this span on the FHIR server ${again.checked ? 'will be delivered again' : 'will be compared; what has not changed is not sent'}.`),
      found.held && h('p', { class: 'bad' }, 'Nothing is fetched until the user connects again.'),
      found.not_queued.map((each) => h('p', { class: 'trigger' }, `${each.kind}: ${each.why}`)),
    ];
  });
}

const BECOMES = { keep: 'Kept', mark: 'Marked as entered in error', delete: 'Deleted' };

function disconnect(view) {
  const reason = h('input', { id: 'reason', class: 'note', required: true, maxlength: 500, autocomplete: 'off' });
  const path = `accounts/${view.id}/disconnect`;
  ask(`Disconnect ${view.subject}?`, [
    h('p', {}, 'Ends the subscriptions, revokes the consent at Withings, destroys the tokens and stops the work. Only the user can connect again.'),
    h('label', { for: 'reason' }, 'Reason'), reason,
  ], 'Disconnect', async () => {
    const { steps } = await call(path, { method: 'POST', body: { reason: reason.value } });
    const open = steps.filter((step) => step.outcome === 'queued' || step.outcome === 'failed');
    say(`Disconnected${open.length ? `; still to do: ${open.map((step) => words(step.step)).join(', ')}` : ''}.`);
  }, async () => {
    const found = await call(path, { method: 'POST', body: { dry_run: true } });
    return h('p', {}, 'Ended: ', h('b', {}, plural(found.subscriptions, 'subscription')), ', ', h('b', {}, plural(found.requests, 'waiting request')),
      `. ${BECOMES[found.on_disconnect]} on the FHIR server: `, h('b', {}, plural(found.resources, 'Observation')), '.');
  });
}
