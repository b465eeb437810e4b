// All accounts: freshness of each kind, progress of the history, state of the subscriptions.

import { call } from './api.js';
import { say } from './dead-letters.js';
import { empty, h, show } from './dom.js';
import { appli, ago, number, plural, span, words } from './text.js';

const WAITING = 'waiting';
const LABELS = { '': 'any status', [WAITING]: 'waits for its Patient' };
const REASONS = { no_match: 'the FHIR server has no Patient with its identifier', several_matches: 'several Patients have its identifier' };
const STATUS = { connected: 'good', reconnect_required: 'bad', disconnected: 'off' };

export function accounts(place) {
  let page = null;
  let status = '';
  let search = '';
  let searchedAt = 0;
  const turn = (to) => { after = to; searchedAt = 0; news(); };
  let after = [];
  const choose = h('select', { id: 'status', 'data-key': 'status', onchange: () => { status = choose.value; turn([]); } },
    ['', 'connected', 'reconnect_required', 'disconnected', WAITING].map((value) => h('option', { value }, LABELS[value] ?? words(value))));
  const field = h('input', { id: 'search', type: 'search', placeholder: 'subject, Patient or user', 'data-key': 'search', autocomplete: 'off', 'aria-describedby': 'search-help' });
  const find = h('form', { class: 'filters', role: 'search', onsubmit: (event) => { event.preventDefault(); search = field.value.trim(); turn([]); } },
    h('span', {}, h('label', { for: 'status' }, 'Show'), choose), h('span', {}, h('label', { for: 'search' }, 'Search'), field, h('button', { type: 'submit' }, 'Find')),
    h('span', { class: 'trigger', id: 'search-help' }, 'Part of the subject, the id of the Patient or of the account, or the Withings user: its id, or its mark in log lines.'));
  const list = h('div');
  const self = {
    rendered: false,
    async load(signal) {
      // A search reads every account, so it is not repeated as often as the page is refreshed.
      if (search && Date.now() - searchedAt < 30000) return;
      const query = new URLSearchParams({ limit: 25 });
      if (status === WAITING) query.set('patient', 'waiting');
      else if (status) query.set('status', status);
      if (search) query.set('search', search);
      if (after.length) query.set('after', after.at(-1));
      page = await call(`accounts?${query}`, { signal });
      searchedAt = Date.now();
    },
    render() {
      if (!self.rendered) {
        show(place, find, list);
        self.rendered = true;
      }
      show(list, page.items.length
        ? page.items.map(card)
        : empty('No accounts here', search ? 'None is known by that.' : status ? 'None has this status.' : 'Nobody has connected yet. A user connects through your app: see docs/connect.md.'),
      h('p', { class: 'pager' },
        after.length > 0 && h('button', { type: 'button', 'data-key': 'back', onclick: () => turn(after.slice(0, -1)) }, 'Back'),
        page.next && h('button', { type: 'button', 'data-key': 'next', onclick: () => turn([...after, page.next]) }, 'Next')));
    },
  };
  return self;
}

function news() {
  document.dispatchEvent(new Event('refresh'));
}

function card(account) {
  return h('article', { class: 'account' },
    h('h3', {}, h('a', { href: `#/accounts/${account.id}`, 'data-key': account.id }, account.subject),
      h('span', { class: `pill ${STATUS[account.status]}` }, words(account.status))),
    h('p', { class: 'trigger' }, `${account.provider} · since ${ago(account.connected_at)}`,
      account.waiting > 0 && ` · ${plural(account.waiting, 'request')} waiting`,
      account.held && ' · held until the user connects again',
      account.dead_letters > 0 && h('a', { class: 'bad', href: '#/dead-letters' }, ` · ${number(account.dead_letters)} dead letters`)),
    patient(account),
    kinds(account),
    subscriptions(account));
}

/** Whether the account waits for its Patient, and a button to search for it. */
export function patient(account) {
  if (account.patient.state !== 'waiting' || account.status !== 'connected') return null;
  return h('p', { class: account.patient.reason ? 'bad' : 'trigger' },
    `Waits for its Patient${account.patient.reason ? `: ${REASONS[account.patient.reason]}` : ''} `,
    h('button', { type: 'button', 'data-key': `match-${account.id}`, onclick: () => match(account.id) }, 'Try now'));
}

async function match(id) {
  try {
    const { patient: found } = await call(`accounts/${id}/match`, { method: 'POST' });
    say(found.reference ? `Matched with ${found.reference}; its data is on the way.` : `Still waiting: ${REASONS[found.reason]}.`);
  } catch (error) {
    say(error.message);
  }
  news();
}

/** Freshness and history of each kind. */
export function kinds(account) {
  return h('ul', { class: 'kinds' }, Object.entries(account.kinds).map(([kind, state]) => h('li', {},
    h('b', {}, kind),
    state.not_synced
      ? h('span', { class: 'trigger' }, words(state.not_synced))
      : [
        h('span', { class: state.freshness_seconds > 86400 ? 'bad' : '' },
          state.last_synced_at ? `synced ${span(state.freshness_seconds)} ago` : 'not synced yet'),
        h('progress', { max: 100, value: state.history_progress, 'aria-label': `history of ${kind}` }),
        h('small', {}, `history ${state.history_progress} %`),
      ])));
}

/** State of the subscriptions. */
export function subscriptions(account) {
  const all = Object.entries(account.subscriptions ?? {});
  if (!all.length) return null;
  const bad = all.filter(([, state]) => state !== 'active');
  return h('details', { open: bad.length > 0 },
    h('summary', {}, `Subscriptions: ${all.length - bad.length} of ${all.length} active`),
    h('ul', { class: 'chips' }, all.map(([code, state]) => h('li', { class: `pill ${state === 'active' ? 'good' : 'bad'}` },
      appli(code), state !== 'active' && `: ${words(state)}`))));
}
