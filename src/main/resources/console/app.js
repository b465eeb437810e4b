// Signs in, shows the page of the address, and refreshes it while the tab is visible.

import { call, session } from './api.js';
import { failed, h, loading, show } from './dom.js';
import { accounts } from './accounts.js';
import { account } from './account.js';
import { flow } from './flow.js';
import { deadLetters } from './dead-letters.js';
import { links } from './links.js';
import { zone } from './text.js';
import { tryReply } from './try-reply.js';

const EVERY = 3000;
const main = document.getElementById('main');
const nav = document.querySelector('nav');
const live = document.getElementById('live');
const signOut = document.getElementById('sign-out');

let page = null;
let timer = null;
let aborted = new AbortController();

const PAGES = [
  [/^#\/flow$/, flow, 'Flow'],
  [/^#\/accounts$/, accounts, 'Accounts'],
  [/^#\/accounts\/([0-9a-f-]{36})$/, account, 'Account'],
  [/^#\/dead-letters$/, deadLetters, 'Dead letters'],
  [/^#\/links$/, links, 'Links'],
  [/^#\/try-reply$/, tryReply, 'Try a reply'],
];

function open() {
  clearTimeout(timer);
  aborted.abort();
  aborted = new AbortController();
  nav.hidden = signOut.hidden = !session.token;
  if (!session.token) {
    document.title = 'Sign in · Vitalroutes';
    live.textContent = '';
    return signIn();
  }
  const found = PAGES.map(([pattern, make, title]) => [pattern.exec(location.hash), make, title]).find(([match]) => match);
  if (!found) {
    location.replace('#/flow');
    return;
  }
  const [match, make, title] = found;
  document.title = `${title} · Vitalroutes`;
  for (const link of nav.querySelectorAll('a')) {
    const current = location.hash.startsWith(link.getAttribute('href'));
    current ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current');
  }
  const place = h('div');
  show(main, h('h2', { tabindex: '-1' }, title), place);
  show(place, loading(title.toLowerCase()));
  page = make(place, ...match.slice(1));
  main.querySelector('h2').focus();
  refresh();
}

/** Refreshes the page periodically, but not while the tab is hidden. */
async function refresh() {
  clearTimeout(timer);
  const { signal } = aborted;
  if (document.hidden) return;
  try {
    const [summary] = await Promise.all([call('summary', { signal }), page.load(signal)]);
    if (signal.aborted) return;
    badge(summary.stages.dead_letters.count);
    page.render(summary);
    live.className = '';
    live.textContent = `Live · ${session.name} · times in ${zone}`;
  } catch (error) {
    if (signal.aborted) return;
    if (error.status === 401 || error.status === 403) {
      session.token = null;
      nav.hidden = signOut.hidden = true;
      live.textContent = '';
      return signIn(error);
    }
    live.className = 'stale';
    live.textContent = 'No news';
    if (!page.rendered) {
      show(main.lastElementChild, failed(error, refresh));
    }
  }
  timer = setTimeout(refresh, EVERY);
}

function badge(count) {
  const element = document.getElementById('dead-letters-count');
  element.hidden = count === 0;
  element.textContent = count;
}

function signIn(error) {
  const token = h('input', {
    id: 'token', type: 'password', autocomplete: 'off', spellcheck: 'false', required: true, 'aria-describedby': 'token-help',
  });
  const enter = (event) => {
    event.preventDefault();
    session.token = token.value.trim().replace(/^Bearer\s+/i, '');
    open();
  };
  show(main, h('form', { class: 'sign-in', onsubmit: enter },
    h('h2', {}, 'Sign in'),
    error && failed(error),
    h('label', { for: 'token' }, 'Operator’s token'),
    token,
    h('p', { id: 'token-help', class: 'trigger' },
      'A JWT of your identity provider with the scope “operations”. It is kept in this tab only, and forgotten when the tab is closed.'),
    h('button', { type: 'submit', class: 'primary' }, 'Sign in')));
  token.focus();
}

signOut.addEventListener('click', () => {
  session.token = null;
  open();
});
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && session.token && page) refresh();
});
window.addEventListener('hashchange', open);
document.addEventListener('refresh', refresh);
open();
