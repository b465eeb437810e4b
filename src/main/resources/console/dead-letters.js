// Dead letters with reason and time; replays or discards them.

import { call, post } from './api.js';
import { ago, asks, at, number, plural, words } from './text.js';
import { Action, Choice, Empty, Loaded, Pager, Reason, h, refresh, say, useFresh, useState } from './ui.js';

const STATES = ['waiting', 'replayed', 'delivered', 'discarded'];

export function DeadLetters() {
  const [{ state, after }, set] = useState({ state: 'waiting', after: [] });
  const query = new URLSearchParams({ state, limit: 50 });
  if (after.length) query.set('after', after.at(-1));
  const page = useFresh((signal) => call(`dead-letters?${query}`, { signal }), [query.toString()]);
  return [
    h('div', { class: 'filters' },
      h(Choice, { id: 'state', label: 'Show', values: STATES, value: state, onChange: (event) => set({ state: event.target.value, after: [] }) }),
      state === 'waiting' && page.data?.total > 1 && h(ReplayAll, { total: page.data.total })),
    h(Loaded, { what: 'dead letters', ...page }, ({ items, total, next }) => [
      items.length ? items.map((row) => h(Letter, { key: row.id, row }))
        : h(Empty, { title: 'Nothing here', detail: state === 'waiting' ? 'Nothing waits for a person.' : `Nothing was ${state}.` }),
      h(Pager, { after, next, turn: (to) => set({ state, after: to }) }, total > 0 && h('span', {}, plural(total, 'entry', 'entries')))]),
  ];
}

/** A dead letter with its actions. */
export function Letter({ row }) {
  const [busy, setBusy] = useState(false);
  const replay = async () => {
    setBusy(true);
    try {
      await post(`dead-letters/${row.id}/replay`);
      say('Replayed: it waits to be fetched again.');
    } catch (error) {
      say(error.message, true);
      setBusy(false);
    }
    refresh();
  };
  const discard = async (values) => {
    await call(`dead-letters/${row.id}?${new URLSearchParams(values)}`, { method: 'DELETE' });
    say('Discarded.');
  };
  const open = row.state === 'waiting';
  return h('article', { class: 'letter' },
    h('h3', {}, words(row.reason), !open && h('span', { class: 'pill off' }, row.state)),
    h('p', {}, row.detail),
    h('p', { class: 'trigger' },
      h('a', { href: `#/accounts/${row.account}` }, 'account'), ` · ${row.kind ? `${row.kind} · ${words(row.priority)}` : 'event'} · since ${ago(row.created_at)}`,
      ` · ${plural(row.tries, 'try', 'tries')}`,
      row.resource && ` · ${row.resource.type} ${row.resource.key}`,
      asks(row) && ` · ${asks(row)}`),
    open
      ? h('div', { class: 'actions' },
        h('button', { type: 'button', class: 'primary', disabled: busy, onClick: replay }, 'Replay'),
        h(Action, { label: 'Discard …', title: 'Discard this?', verb: 'Discard', act: discard },
          h('p', {}, 'Its data is not fetched again for this request. Who did it, when and why is kept.'), h(Reason)))
      : h('p', { class: 'trigger' }, `${row.state} ${at(row.settled_at)}`, row.settled_by && ` by ${row.settled_by}`, row.note && `: ${row.note}`));
}

function ReplayAll({ total }) {
  const act = async () => {
    const { replayed, left_dead_letters: left } = await post('dead-letters/replay', { all: true });
    say(`${plural(replayed, 'entry', 'entries')} replayed${left ? `, ${left} left: their accounts are disconnected, or whose they are is to be said of each` : ''}.`);
  };
  return h(Action, { label: 'Replay all', title: `Replay all ${number(total)}?`, verb: 'Replay all', act },
    h('p', {}, 'Each becomes a sync request. Do it once the cause is mended; otherwise they come back.'));
}
