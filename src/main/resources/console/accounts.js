// All accounts: freshness of each kind, progress of the history, state of the subscriptions; and those that are silent.

import { call, post } from './api.js';
import { ago, appli, number, plural, span, words } from './text.js';
import { Choice, Empty, Loaded, Pager, h, refresh, say, useFresh, useState } from './ui.js';

const SHOWS = ['', 'connected', 'reconnect_required', 'disconnected', 'waiting', 'silent'];
const LABELS = { '': 'any status', waiting: 'waits for its Patient' };
const REASONS = { no_match: 'the FHIR server has no Patient with its identifier', several_matches: 'several Patients have its identifier' };
const STATUS = { connected: 'good', reconnect_required: 'bad', disconnected: 'off' };

export function Accounts() {
  const [{ show, search, after }, set] = useState({ show: '', search: '', after: [] });
  const find = (event) => {
    event.preventDefault();
    set({ show, search: new FormData(event.target).get('search').trim(), after: [] });
  };
  return [
    h('form', { class: 'filters', role: 'search', onSubmit: find },
      h('span', {}, h(Choice, { id: 'status', label: 'Show', values: SHOWS, words: (value) => LABELS[value] ?? words(value), value: show,
        onChange: (event) => set({ show: event.target.value, search, after: [] }) })),
      show !== 'silent' && [
        h('span', {}, h('label', { for: 'search' }, 'Search'),
          h('input', { id: 'search', name: 'search', type: 'search', placeholder: 'subject, Patient or user', autocomplete: 'off', 'aria-describedby': 'search-help' }),
          h('button', { type: 'submit' }, 'Find')),
        h('span', { class: 'trigger', id: 'search-help' },
          'Part of the subject, the id of the Patient or of the account, or the Withings user: its id, or its mark in log lines.')]),
    show === 'silent' ? h(Silent) : h(List, { show, search, after, turn: (to) => set({ show, search, after: to }) }),
  ];
}

function List({ show, search, after, turn }) {
  const query = new URLSearchParams({ limit: 25 });
  if (show) query.set(...(show === 'waiting' ? ['patient', show] : ['status', show]));
  if (search) query.set('search', search);
  if (after.length) query.set('after', after.at(-1));
  // A search reads every account, so it is not repeated as often.
  const page = useFresh((signal) => call(`accounts?${query}`, { signal }), [query.toString()], search ? 30000 : 3000);
  const none = search ? 'None is known by that.' : show ? 'None has this status.' : 'Nobody has connected yet. A user connects through your app: see docs/connect.md.';
  return h(Loaded, { what: 'accounts', ...page }, ({ items, next }) => [
    items.length ? items.map((account) => h(Card, { key: account.id, account })) : h(Empty, { title: 'No accounts here', detail: none }),
    h(Pager, { after, next, turn })]);
}

/** Accounts and kinds without a notification for much longer than usual. */
function Silent() {
  // Each read is audited.
  const rows = useFresh((signal) => call('silent', { signal }), [], 60000);
  return h(Loaded, { what: 'silent accounts', ...rows }, (found) => (found.length
    ? found.map((row) => h('article', { class: 'account', key: row.account + row.kind },
      h('h3', {}, h('a', { href: `#/accounts/${row.account}` }, row.subject), row.kind),
      h('p', { class: 'trigger' }, `last notification ${ago(row.notified_at)}, usually every ${span(row.usual_seconds)} · synced ${ago(row.last_synced_at)}`)))
    : h(Empty, { title: 'None is silent', detail: 'Each account sends notifications about as often as usual.' })));
}

function Card({ account }) {
  return h('article', { class: 'account' },
    h('h3', {}, h('a', { href: `#/accounts/${account.id}` }, account.subject), h('span', { class: `pill ${STATUS[account.status]}` }, words(account.status))),
    h('p', { class: 'trigger' }, `${account.provider} · since ${ago(account.connected_at)}`,
      account.waiting > 0 && ` · ${plural(account.waiting, 'request')} waiting`,
      account.held && ' · held until the user connects again',
      account.dead_letters > 0 && h('a', { class: 'bad', href: '#/dead-letters' }, ` · ${number(account.dead_letters)} dead letters`)),
    h(State, { account }));
}

/** How an account is: whether it waits for its Patient, its kinds and its subscriptions. */
export function State({ account }) {
  return [h(Patient, { account }), h(Kinds, { account }), h(Subscriptions, { account })];
}

function Patient({ account: { id, status, patient } }) {
  if (patient.state !== 'waiting' || status !== 'connected') return null;
  const match = async () => {
    try {
      const { patient: found } = await post(`accounts/${id}/match`);
      say(found.reference ? `Matched with ${found.reference}; its data is on the way.` : `Still waiting: ${REASONS[found.reason]}.`);
    } catch (error) {
      say(error.message, true);
    }
    refresh();
  };
  return h('p', { class: patient.reason ? 'bad' : 'trigger' },
    `Waits for its Patient${patient.reason ? `: ${REASONS[patient.reason]}` : ''} `, h('button', { type: 'button', onClick: match }, 'Try now'));
}

function Kinds({ account }) {
  return h('ul', { class: 'kinds' }, Object.entries(account.kinds).map(([kind, state]) => h('li', { key: kind },
    h('b', {}, kind),
    state.not_synced ? h('span', { class: 'trigger' }, words(state.not_synced)) : [
      h('span', { class: state.freshness_seconds > 86400 ? 'bad' : '' }, state.last_synced_at ? `synced ${span(state.freshness_seconds)} ago` : 'not synced yet'),
      h('progress', { max: 100, value: state.history_progress, 'aria-label': `history of ${kind}` }),
      h('small', {}, `history ${state.history_progress} %`)])));
}

function Subscriptions({ account }) {
  const all = Object.entries(account.subscriptions ?? {});
  if (!all.length) return null;
  const bad = all.filter(([, state]) => state !== 'active');
  return h('details', { open: bad.length > 0 },
    h('summary', {}, `Subscriptions: ${all.length - bad.length} of ${all.length} active`),
    h('ul', { class: 'chips' }, all.map(([code, state]) => h('li', { class: `pill ${state === 'active' ? 'good' : 'bad'}` },
      appli(code), state !== 'active' && `: ${words(state)}`))));
}
