// Signs in, and shows the page of the address below the head that all pages share.

import { Account } from './account.js';
import { Accounts } from './accounts.js';
import { call, session } from './api.js';
import { DeadLetters } from './dead-letters.js';
import { Flow } from './flow.js';
import { Links } from './links.js';
import { zone } from './text.js';
import { TryReply } from './try-reply.js';
import { Failed, Toast, h, render, useEffect, useEvent, useFresh, useRef, useState } from './ui.js';

const PAGES = [
  { name: 'flow', title: 'Flow', Page: Flow },
  { name: 'accounts', title: 'Accounts', Page: Accounts },
  { name: 'dead-letters', title: 'Dead letters', Page: DeadLetters },
  { name: 'links', title: 'Links', Page: Links },
  { name: 'try-reply', title: 'Try a reply', Page: TryReply },
];

/** The page of the address; undefined for an unknown one. */
function here() {
  const [, name, id] = location.hash.split('/');
  if (name === 'accounts' && /^[0-9a-f-]{36}$/.test(id)) return { name, title: 'Account', Page: Account, id };
  return id === undefined ? PAGES.find((page) => page.name === name) : undefined;
}

function App() {
  const [, changed] = useState();
  useEvent(window, 'hashchange', () => changed({}));
  useEvent(session, 'change', () => changed({}));
  const [fhirUrl, setFhirUrl] = useState('');
  useEffect(() => { fetch('settings.json').then((answer) => answer.json()).then((settings) => setFhirUrl(settings.fhirUrl)); }, []);
  const { token } = session;
  const { data: summary, error } = useFresh(async (signal) => token && call('summary', { signal }), [token]);
  const main = useRef();
  const heading = useRef();
  const page = here();
  const title = token ? page?.title : 'Sign in';
  useEffect(() => {
    document.title = `${title} · Vitalroutes`;
    if (token && !page) location.replace('#/flow');
    heading.current?.focus();
  }, [token, location.hash]);
  const skip = (event) => {
    event.preventDefault();
    main.current.focus();
  };
  return [
    h('a', { class: 'skip', href: '#main', onClick: skip }, 'Skip to the content'),
    h('header', {},
      h('h1', {}, h('img', { src: 'icon.svg', alt: '', width: 24, height: 24 }), ' Vitalroutes'),
      token && h('nav', { 'aria-label': 'Pages' }, PAGES.map((each) => h('a', { href: `#/${each.name}`, 'aria-current': each.name === page?.name ? 'page' : undefined },
        each.title, each.name === 'dead-letters' && summary?.stages.dead_letters.count > 0 && [' ', h('span', { class: 'badge' }, summary.stages.dead_letters.count)]))),
      h('p', { id: 'live', role: 'status', 'aria-live': 'polite', class: error ? 'stale' : '' },
        token && (error ? 'No news' : summary && `Live · ${session.name} · times in ${zone}`)),
      token && h('button', { type: 'button', onClick: () => session.end() }, 'Sign out')),
    h('main', { id: 'main', tabIndex: -1, ref: main }, token
      ? page && [h('h2', { tabIndex: -1, ref: heading }, title), h(page.Page, { key: location.hash, id: page.id, summary, fhirUrl })]
      : h(SignIn, { problem: session.problem })),
    h(Toast)];
}

function SignIn({ problem }) {
  const token = useRef();
  useEffect(() => token.current.focus(), [problem]);
  const enter = (event) => {
    event.preventDefault();
    session.begin(token.current.value);
  };
  return h('form', { class: 'sign-in', onSubmit: enter },
    h('h2', {}, 'Sign in'),
    problem && h(Failed, { error: problem }),
    h('label', { for: 'token' }, 'Operator’s token'),
    h('input', { id: 'token', ref: token, type: 'password', autocomplete: 'off', spellcheck: false, required: true, 'aria-describedby': 'token-help' }),
    h('p', { id: 'token-help', class: 'trigger' },
      'A JWT of your identity provider with the scope “operations”. It is kept in this tab only, and forgotten when the tab is closed.'),
    h('button', { type: 'submit', class: 'primary' }, 'Sign in'));
}

render(h(App), document.getElementById('app'));
