// Dead letters with reason and time; replays or discards them.

import { call } from './api.js';
import { empty, failed, h, loading, show } from './dom.js';
import { ago, asks, at, number, plural, words } from './text.js';

const STATES = ['waiting', 'replayed', 'delivered', 'discarded'];

export function deadLetters(place) {
  let page = null;
  let state = 'waiting';
  let after = [];
  const choose = h('select', { id: 'state', 'data-key': 'state', onchange: () => { state = choose.value; after = []; news(); } },
    STATES.map((value) => h('option', { value }, value)));
  const all = h('button', { type: 'button', 'data-key': 'all', hidden: true, onclick: () => confirmAll(page.total) }, 'Replay all');
  const list = h('div');
  const self = {
    rendered: false,
    async load(signal) {
      const query = new URLSearchParams({ state, limit: 50 });
      if (after.length) query.set('after', after.at(-1));
      page = await call(`dead-letters?${query}`, { signal });
    },
    render() {
      if (!self.rendered) {
        show(place, h('p', { class: 'filters' }, h('label', { for: 'state' }, 'Show'), choose, all), list);
        self.rendered = true;
      }
      all.hidden = state !== 'waiting' || page.total < 2;
      show(list,
        page.items.length ? page.items.map(letter) : empty('Nothing here', state === 'waiting' ? 'Nothing waits for a person.' : `Nothing was ${state}.`),
        h('p', { class: 'pager' }, page.total > 0 && h('span', {}, `${plural(page.total, 'entry', 'entries')}`),
          after.length > 0 && h('button', { type: 'button', 'data-key': 'back', onclick: () => { after.pop(); news(); } }, 'Back'),
          page.next && h('button', { type: 'button', 'data-key': 'next', onclick: () => { after.push(page.next); news(); } }, 'Next')));
    },
  };
  return self;
}

function news() {
  document.dispatchEvent(new Event('refresh'));
}

/** A dead letter with its actions. */
export function letter(row) {
  const open = row.state === 'waiting';
  return h('article', { class: 'letter' },
    h('h3', {}, words(row.reason), !open && h('span', { class: 'pill off' }, row.state)),
    h('p', {}, row.detail),
    h('p', { class: 'trigger' },
      h('a', { href: `#/accounts/${row.account}`, 'data-key': `account-${row.id}` }, 'account'), ` · ${row.kind ? `${row.kind} · ${words(row.priority)}` : 'event'} · since ${ago(row.created_at)}`,
      ` · ${plural(row.tries, 'try', 'tries')}`,
      row.resource && ` · ${row.resource.type} ${row.resource.key}`,
      asks(row) && ` · ${asks(row)}`),
    !open && h('p', { class: 'trigger' }, `${row.state} ${at(row.settled_at)}`, row.settled_by && ` by ${row.settled_by}`, row.note && `: ${row.note}`),
    open && h('p', { class: 'actions' },
      h('button', { type: 'button', class: 'primary', 'data-key': `replay-${row.id}`, onclick: (event) => replay(row, event.target) }, 'Replay'),
      h('button', { type: 'button', 'data-key': `discard-${row.id}`, onclick: () => discard(row) }, 'Discard …')));
}

async function replay(row, button) {
  button.disabled = true;
  try {
    await call(`dead-letters/${row.id}/replay`, { method: 'POST' });
    say('Replayed: it waits to be fetched again.');
  } catch (error) {
    say(error.message, true);
  }
  news();
}

function discard(row) {
  const reason = h('input', { id: 'reason', required: true, maxlength: 500, autocomplete: 'off' });
  ask('Discard this?', [
    h('p', {}, 'Its data is not fetched again for this request. Who did it, when and why is kept.'),
    h('label', { for: 'reason' }, 'Reason'), reason,
  ], 'Discard', async () => {
    await call(`dead-letters/${row.id}?${new URLSearchParams({ reason: reason.value })}`, { method: 'DELETE' });
    say('Discarded.');
  });
}

function confirmAll(total) {
  ask(`Replay all ${number(total)}?`, [h('p', {}, 'Each becomes a sync request. Do it once the cause is mended; otherwise they come back.')],
    'Replay all', async () => {
      const receipt = await call('dead-letters/replay', { method: 'POST', body: { all: true } });
      say(`${plural(receipt.replayed, 'entry', 'entries')} replayed${receipt.left_dead_letters ? `, ${receipt.left_dead_letters} left: their accounts are disconnected, or whose they are is to be said of each` : ''}.`);
    });
}

/**
 * A confirmation dialog with one action.
 *
 * @param preview says what the action would touch, as elements; asked anew whenever a field changes
 */
export function ask(title, content, verb, act, preview) {
  const problem = h('div');
  const touches = h('div', { 'aria-live': 'polite' });
  let asked = 0;
  const look = async () => {
    const mine = ++asked;
    go.disabled = true;
    show(touches, loading('what it touches'));
    try {
      const found = await preview();
      if (mine !== asked) return;
      show(touches, found);
      go.disabled = false;
    } catch (error) {
      if (mine === asked) show(touches, failed(error));
    }
  };
  const go = h('button', { type: 'submit', class: 'primary' }, verb);
  const dialog = h('dialog', { 'aria-labelledby': 'dialog-title' },
    h('form', {
      onchange: (event) => { if (preview && !event.target.matches('.note')) look(); },
      onsubmit: async (event) => {
        event.preventDefault();
        go.disabled = true;
        try {
          await act();
          dialog.close();
          news();
        } catch (error) {
          go.disabled = false;
          show(problem, failed(error));
        }
      },
    },
    h('h3', { id: 'dialog-title' }, title), content, preview && touches, problem,
    h('p', { class: 'actions' }, go, h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'))));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  if (preview) look();
}

/** Shows briefly what was done. */
export function say(text, bad = false) {
  document.querySelector('.toast')?.remove();
  const toast = h('div', { class: `toast${bad ? ' bad' : ''}`, role: bad ? 'alert' : 'status' }, text);
  document.body.append(toast);
  setTimeout(() => toast.remove(), 6000);
}
