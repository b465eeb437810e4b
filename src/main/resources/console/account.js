// One account: its timeline from notification to Observation, its values, and what an operator can do with it.

import { State } from './accounts.js';
import { call, post } from './api.js';
import { Chart } from './chart.js';
import { Letter } from './dead-letters.js';
import { ago, appli, asks, at, iso, plural, time, words, zone } from './text.js';
import { KINDS } from './try-reply.js';
import { Action, Choice, Empty, Failed, Loaded, Loading, Moment, Reason, h, say, useEffect, useFresh, useState } from './ui.js';

/** Values of a chart; older ones are not read. */
const MOST = 10000;

export function Account({ id, fhirUrl }) {
  const found = useFresh((signal) => Promise.all([call(`accounts?search=${id}`, { signal }), call(`accounts/${id}/timeline`, { signal })]));
  const { data: [page, timeline] = [], error } = found;
  return [
    h(Loaded, { what: 'account', data: page, error }, ({ items: [account] }) => account && [
      h('p', {}, h('b', {}, account.subject), ` · ${words(account.status)} · connected ${ago(account.connected_at)}`,
        account.patient.reference && ` · ${account.patient.reference}`, ' · in log lines ', h('code', {}, account.user_mark)),
      h('div', { class: 'actions' },
        account.status !== 'disconnected' && [h(Resync, { id }), h(Rebuild, { id }), h(Disconnect, { account })],
        h(Export, { account }), h(Erase, { account })),
      h(State, { account })]),
    h(Values, { id, fhirUrl }),
    h('h3', {}, 'Timeline'),
    timeline && h(Timeline, { ...timeline, fhirUrl }),
  ];
}

/** All events, newest first; deliveries of the same moment are one entry. */
function Timeline({ notifications, requests, dead_letters: letters, deliveries, fhirUrl }) {
  const batches = Map.groupBy(deliveries, (each) => `${each.delivered_at}|${each.kind}`);
  const rows = [
    ...notifications.map((each) => ({ key: `n${each.id}`, moment: each.received_at, kind: 'told', title: `Notification · ${appli(each.appli)}`,
      detail: [each.dispatched_at ? 'became sync requests' : 'waits to be dispatched', each.oddities.length > 0 && ` · odd: ${each.oddities.map(words).join(', ')}`] })),
    ...requests.map((each) => ({ key: `r${each.id}`, moment: each.requested_at, kind: each.problem ? 'request bad' : 'request',
      title: `Fetch ${each.in_flight ? 'under way' : 'waiting'} · ${each.kind}`,
      detail: [`${words(each.priority)} · ${asks(each)}`, each.tries > 0 && ` · ${plural(each.tries, 'try', 'tries')}`, each.problem && ` · ${each.problem}`,
        !each.in_flight && new Date(each.not_before) > Date.now() && ` · again at ${time(each.not_before)}`] })),
    ...letters.map((each) => ({ key: `d${each.id}`, moment: each.created_at, kind: 'dead-letters', title: `Dead letter · ${each.kind ?? 'event'}`,
      content: h(Letter, { row: each }) })),
    ...[...batches].map(([key, batch]) => ({ key, moment: batch[0].delivered_at, kind: 'delivered',
      title: `Delivered · ${batch[0].kind} · ${plural(batch.length, 'resource')}`, content: h(Resources, { batch, fhirUrl }) })),
  ].sort((a, b) => new Date(b.moment) - new Date(a.moment));
  if (!rows.length) return h(Empty, { title: 'Nothing yet', detail: 'No notification, request or delivery is known for this account.' });
  return h('ol', { class: 'timeline' }, rows.map(({ key, moment, kind, title, detail, content }) => h('li', { key, class: kind },
    h('time', { dateTime: moment, title: at(moment) }, ago(moment)), h('div', {}, h('b', {}, title), detail && h('p', { class: 'trigger' }, detail), content))));
}

function Resources({ batch, fhirUrl }) {
  const links = h('ul', { class: 'links' }, batch.slice(0, 200).map((each) => h('li', {},
    h('a', { href: `${fhirUrl}/${each.type}/${each.id}`, target: '_blank', rel: 'noreferrer noopener' }, `${each.type} ${each.key}`), each.in_error && ' (entered in error)')));
  return batch.length > 5 ? h('details', {}, h('summary', {}, 'Show them'), links) : links;
}

/** A chart of the Patient's values on the FHIR server: the newest at once, the older ones page by page. */
function Values({ id, fhirUrl }) {
  const [codes, setCodes] = useState([]);
  const [code, setCode] = useState(null);
  const [{ series, loading, error }, set] = useState({ series: [], loading: true });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const aborted = new AbortController();
    const { signal } = aborted;
    const page = (query) => call(`accounts/${id}/values?${new URLSearchParams(query)}`, { signal });
    let known = [];
    const read = async () => {
      let next = code && { code };
      set({ series: known, loading: true });
      if (!next) {
        const { codes: all, series: newest } = await page({});
        setCodes(all);
        next = all.length > 0 && { code: all[0].code };
        known = newest.filter((one) => one.name === all[0]?.display);
      }
      while (next && known.reduce((sum, one) => sum + one.points.length, 0) < MOST) {
        set({ series: known, loading: true });
        const { series: older, before } = await page(next);
        known = joined(known, older);
        next = before && { ...next, before };
      }
      set({ series: known });
    };
    read().catch((failure) => signal.aborted || set({ series: known, error: failure }));
    return () => aborted.abort();
  }, [id, code, tries]);
  return h('section', { class: 'panel wide' }, h('h3', {}, 'Last values'),
    codes.length > 0 && h('p', { class: 'filters' }, h(Choice, { id: 'code', label: 'Show', values: codes.map((each) => each.code),
      words: (value) => codes.find((each) => each.code === value).display, value: code ?? codes[0].code, onChange: (event) => setCode(event.target.value) })),
    series.length > 0 && h(Chart, { series, fhirUrl }),
    !series.length && loading && h(Loading, { what: 'values' }),
    !series.length && !loading && !error && h(Empty, { title: 'No values yet', detail: 'The FHIR server has no Observation with a number for this Patient.' }),
    error && h(Failed, { error, retry: () => setTries(tries + 1) }));
}

/** Series with a further page of points. Pages overlap by a moment, so that none is lost where several share it. */
function joined(known, page) {
  const all = new Map(known.map((one) => [one.name + one.unit, one]));
  for (const one of page) {
    const before = all.get(one.name + one.unit)?.points ?? [];
    const ids = new Set(before.map((point) => point.id));
    all.set(one.name + one.unit, { ...one, points: [...before, ...one.points.filter((point) => !ids.has(point.id))] });
  }
  return [...all.values()];
}

function Resync({ id }) {
  const send = (values, dryRun) => post(`accounts/${id}/resync`, {
    kinds: values.getAll('kind'), from: iso(values.get('from')), redeliver: values.has('again'), dry_run: dryRun });
  const preview = async (values) => {
    const { queued, resources, held, not_queued: left } = await send(values, true);
    return [
      h('p', {}, h('b', {}, plural(queued.length, 'request')), queued.length > 0 && ` (${queued.map((each) => each.kind).join(', ')})`, ' · ',
        h('b', {}, plural(resources, 'resource')),
        ` of this span on the FHIR server ${values.has('again') ? 'will be delivered again' : 'will be compared; what has not changed is not sent'}.`),
      held && h('p', { class: 'bad' }, 'Nothing is fetched until the user connects again.'),
      left.map((each) => h('p', { class: 'trigger' }, `${each.kind}: ${each.why}`))];
  };
  const act = async (values) => say(`${plural((await send(values, false)).queued.length, 'request')} queued.`);
  return h(Action, { label: 'Fetch again …', title: 'Fetch again?', verb: 'Fetch again', preview, act },
    h('p', {}, 'Makes the FHIR server equal to Withings from this moment until now.'),
    h(Moment, { id: 'from', label: `From (${zone})`, days: 7 }),
    h('fieldset', {}, h('legend', {}, 'Kinds'), KINDS.map((kind) => h('label', { class: 'check' },
      h('input', { type: 'checkbox', name: 'kind', value: kind, defaultChecked: true }), kind))),
    h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'again' }), 'Deliver what has not changed, too'));
}

function Rebuild({ id }) {
  const path = `accounts/${id}/rebuild-ledger`;
  const preview = async () => {
    const { found, added } = await post(path, { dry_run: true });
    return h('p', {}, 'The FHIR server has ', h('b', {}, plural(found, 'Observation')), ' of this account; ', h('b', {}, added), ' of them are not in the ledger.');
  };
  const act = async (values) => {
    const { added, requests } = await post(path, { reason: values.get('reason') });
    say(`${plural(added, 'Observation')} added to the ledger, ${plural(requests, 'request')} queued.`);
  };
  return h(Action, { label: 'Rebuild the ledger …', title: 'Rebuild the ledger?', verb: 'Rebuild', preview, act },
    h('p', {}, 'After a restore of the database of Vitalroutes: reads from the FHIR server what was delivered, and fetches all of it again.'), h(Reason));
}

const BECOMES = { keep: 'Kept', mark: 'Marked as entered in error', delete: 'Deleted' };

function Disconnect({ account }) {
  const path = `accounts/${account.id}/disconnect`;
  const preview = async () => {
    const { subscriptions, requests, resources, on_disconnect: becomes } = await post(path, { dry_run: true });
    return h('p', {}, 'Ended: ', h('b', {}, plural(subscriptions, 'subscription')), ', ', h('b', {}, plural(requests, 'waiting request')),
      `. ${BECOMES[becomes]} on the FHIR server: `, h('b', {}, plural(resources, 'Observation')), '.');
  };
  const act = async (values) => {
    const { steps } = await post(path, { reason: values.get('reason') });
    const open = steps.filter((step) => step.outcome === 'queued' || step.outcome === 'failed');
    say(`Disconnected${open.length ? `; still to do: ${open.map((step) => words(step.step)).join(', ')}` : ''}.`);
  };
  return h(Action, { label: 'Disconnect …', title: `Disconnect ${account.subject}?`, verb: 'Disconnect', preview, act },
    h('p', {}, 'Ends the subscriptions, revokes the consent at Withings, destroys the tokens and stops the work. Only the user can connect again.'), h(Reason));
}

function Export({ account: { id, subject } }) {
  const act = async (values) => {
    save(`export-${id}.json`, await call(`accounts/${id}/export?${new URLSearchParams({ note: values.get('reason') })}`, { as: 'text' }));
    say('Exported: the file is with your downloads.');
  };
  return h(Action, { label: 'Export …', title: `Export what is held of ${subject}?`, verb: 'Export', act },
    h('p', {}, 'For a person who asked by other ways than the app: every row of all their accounts, without the tokens, as a file.'), h(Reason));
}

function Erase({ account: { id, subject } }) {
  const path = (query) => `accounts/${id}/erase?${new URLSearchParams(query)}`;
  const preview = async () => {
    const { accounts, erased, kept_on_fhir_server: kept } = await post(path({ dry_run: true }));
    const rows = Object.values(erased).reduce((sum, each) => sum + each, 0);
    return h('p', {}, 'Disconnected: ', h('b', {}, plural(accounts, 'account')), '. Erased: ', h('b', {}, plural(rows, 'row')),
      '. On the FHIR server now: ', h('b', {}, plural(kept, 'resource')), ', which an erasure does not touch.');
  };
  const act = async (values) => {
    save(`erasure-${id}.json`, JSON.stringify(await post(path({ note: values.get('reason') })), null, 2));
    say('Erased: the receipt is with your downloads.');
    location.hash = '#/accounts';
  };
  return h(Action, { label: 'Erase …', title: `Erase ${subject}?`, verb: 'Erase', preview, act },
    h('p', {}, 'Disconnects all accounts of this person and erases everything that Vitalroutes holds of them. It cannot be undone.'), h(Reason));
}

function save(name, text) {
  const href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  Object.assign(document.createElement('a'), { href, download: name }).click();
  URL.revokeObjectURL(href);
}
