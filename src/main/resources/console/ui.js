// What every page is made of: Preact, data that stays fresh, dialogs, and words for loading, empty and failed.

import { session } from './api.js';
import { local } from './text.js';

/* global preact, preactHooks */
export const { h, render } = preact;
export const { useEffect, useMemo, useRef, useState } = preactHooks;

const bus = new EventTarget();

/** Loads again what the page shows. */
export const refresh = () => bus.dispatchEvent(new Event('refresh'));

/** Shows briefly what was done. */
export const say = (text, bad = false) => bus.dispatchEvent(new CustomEvent('say', { detail: { text, bad } }));

/** Calls listen at each event of this name while the component is shown. */
export function useEvent(target, name, listen) {
  useEffect(() => {
    target.addEventListener(name, listen);
    return () => target.removeEventListener(name, listen);
  });
}

/**
 * What load(signal) answers, as {data, error}: loaded when an input changes, after refresh(), and periodically while the
 * tab is visible. The data before stays until the next has come.
 */
export function useFresh(load, inputs = [], every = 3000) {
  const [state, set] = useState({});
  useEffect(() => {
    let timer;
    let aborted = new AbortController();
    const run = async () => {
      clearTimeout(timer);
      aborted.abort();
      aborted = new AbortController();
      const { signal } = aborted;
      if (document.hidden) return;
      try {
        const data = await load(signal);
        if (signal.aborted) return;
        set({ data });
      } catch (error) {
        if (signal.aborted) return;
        if (error.status === 401 || error.status === 403) session.end(error);
        set(({ data }) => ({ data, error }));
      }
      timer = setTimeout(run, every);
    };
    run();
    bus.addEventListener('refresh', run);
    document.addEventListener('visibilitychange', run);
    return () => {
      clearTimeout(timer);
      aborted.abort();
      bus.removeEventListener('refresh', run);
      document.removeEventListener('visibilitychange', run);
    };
  }, inputs);
  return state;
}

/** Shows useFresh's data by a function, once it is there; until then that it is loading, or why it cannot be. */
export function Loaded({ what, data, error, children }) {
  if (!data) return error ? h(Failed, { error, retry: refresh }) : h(Loading, { what });
  return [error && h('p', { class: 'bad', role: 'status' }, `No news: ${error.message}`), children(data)];
}

export function Loading({ what }) {
  return h('p', { class: 'state', role: 'status' }, h('span', { class: 'spinner', 'aria-hidden': 'true' }), `Loading ${what} …`);
}

export function Empty({ title, detail }) {
  return h('div', { class: 'state' }, h('strong', {}, title), h('span', {}, detail));
}

export function Failed({ error, retry }) {
  return h('div', { class: 'state error', role: 'alert' },
    h('strong', {}, error.title ?? 'That did not work'), h('span', {}, error.message),
    retry && h('button', { type: 'button', onClick: retry }, 'Try again'));
}

export function Toast() {
  const [said, set] = useState(null);
  useEvent(bus, 'say', (event) => set(event.detail));
  useEffect(() => {
    const timer = setTimeout(() => set(null), 6000);
    return () => clearTimeout(timer);
  }, [said]);
  return said && h('div', { class: `toast${said.bad ? ' bad' : ''}`, role: said.bad ? 'alert' : 'status' }, said.text);
}

/** Buttons to turn pages; after holds the cursors of the pages before, the newest last. */
export function Pager({ after, next, turn, children }) {
  return h('p', { class: 'pager' }, children,
    after.length > 0 && h('button', { type: 'button', onClick: () => turn(after.slice(0, -1)) }, 'Back'),
    next && h('button', { type: 'button', onClick: () => turn([...after, next]) }, 'Next'));
}

export function Choice({ id, label, values, words = String, ...attributes }) {
  return [h('label', { for: id }, label),
    h('select', { id, name: id, ...attributes }, values.map((value) => h('option', { value }, words(value))))];
}

export function Table({ titles, rows }) {
  return h('div', { class: 'scroll' }, h('table', {},
    h('thead', {}, h('tr', {}, titles.map((title) => h('th', { scope: 'col' }, title)))),
    h('tbody', {}, rows.map((row) => h('tr', {}, row.map((cell) => h('td', {}, cell)))))));
}

/**
 * A button that opens a dialog with one action. Its children are the fields.
 *
 * @param act does it, with the fields' values as FormData
 * @param preview says what it would touch; asked again whenever another field than the reason changes
 */
export function Action({ label, ...dialog }) {
  const [open, setOpen] = useState(false);
  return [h('button', { type: 'button', onClick: () => setOpen(true) }, label), open && h(Dialog, { ...dialog, close: () => setOpen(false) })];
}

function Dialog({ title, verb, act, preview, close, children }) {
  const dialog = useRef();
  const form = useRef();
  const asked = useRef(0);
  const [{ busy, touches, error }, set] = useState({});
  const look = async () => {
    const mine = ++asked.current;
    const answer = (state) => mine === asked.current && set(state);
    set({ busy: true, touches: h(Loading, { what: 'what it touches' }) });
    await preview(new FormData(form.current)).then((found) => answer({ touches: found }), (failure) => answer({ busy: true, error: failure }));
  };
  const submit = async (event) => {
    event.preventDefault();
    set({ busy: true, touches });
    try {
      await act(new FormData(form.current));
      dialog.current.close();
      refresh();
    } catch (failure) {
      set({ touches, error: failure });
    }
  };
  useEffect(() => {
    dialog.current.showModal();
    if (preview) look();
  }, []);
  return h('dialog', { ref: dialog, 'aria-labelledby': 'dialog-title', onClose: close },
    h('form', { ref: form, onSubmit: submit, onChange: (event) => preview && event.target.name !== 'reason' && look() },
      h('h3', { id: 'dialog-title' }, title), children,
      h('div', { 'aria-live': 'polite' }, touches), error && h(Failed, { error }),
      h('div', { class: 'actions' }, h('button', { type: 'submit', class: 'primary', disabled: busy }, verb),
        h('button', { type: 'button', onClick: () => dialog.current.close() }, 'Cancel'))));
}

/** The field for why something is done. */
export function Reason() {
  return [h('label', { for: 'reason' }, 'Reason'), h('input', { id: 'reason', name: 'reason', required: true, maxLength: 500, autocomplete: 'off' })];
}

/** A field for a moment in the reader's time zone; at first some days ago. */
export function Moment({ id, label, days }) {
  const [begun] = useState(() => local(Date.now() - days * 86400000));
  return [h('label', { for: id }, label), h('input', { id, name: id, type: 'datetime-local', required: true, defaultValue: begun })];
}
