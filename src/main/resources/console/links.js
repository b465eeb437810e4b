// Connect links: makes one for a Patient, shows its URL and QR code this once, lists and revokes.

import { call } from './api.js';
import { ago, at } from './text.js';
import { Action, Choice, Empty, Failed, Loaded, Pager, h, refresh, say, useEffect, useFresh, useRef, useState } from './ui.js';

const API = 'connected-accounts/withings';
const STATES = { open: 'good', used: 'off', expired: 'off', revoked: 'off' };
/** Links of a page; one with fewer is the last. */
const PAGE = 100;
const DAYS = [7, 1, 30];

export function Links() {
  const [after, turn] = useState([]);
  const [made, setMade] = useState({});
  const rows = useFresh((signal) => call(after.length ? `links?after=${after.at(-1)}` : 'links', { api: API, signal }), [after]);
  const make = async (event) => {
    event.preventDefault();
    const form = event.target;
    const { subject, patient, days } = Object.fromEntries(new FormData(form));
    try {
      const link = await call('links', { api: API, method: 'POST', body: { subject, patient: patient || null, expires_in: days * 86400 } });
      setMade({ link: { ...link, subject, code: await code(link.url) } });
      form.reset();
    } catch (error) {
      setMade({ error });
    }
    refresh();
  };
  return [
    h('form', { class: 'panel wide', onSubmit: make },
      h('h3', {}, 'New link'),
      h('label', { for: 'subject' }, 'Subject'), h('input', { id: 'subject', name: 'subject', required: true, maxLength: 255, autocomplete: 'off' }),
      h('label', { for: 'patient' }, 'Patient (optional)'),
      h('input', { id: 'patient', name: 'patient', pattern: '[A-Za-z0-9.\\-]{1,64}', autocomplete: 'off', 'aria-describedby': 'patient-help' }),
      h('p', { class: 'trigger', id: 'patient-help' }, 'Logical id on the FHIR server. Without it the Patient is found by the subject.'),
      h(Choice, { id: 'days', label: 'Valid for', values: DAYS, words: (days) => `${days} ${days === 1 ? 'day' : 'days'}` }),
      h('p', { class: 'actions' }, h('button', { type: 'submit', class: 'primary' }, 'Make the link'))),
    h('div', { 'aria-live': 'polite' }, made.error && h(Failed, made), made.link && h(Made, { key: made.link.url, link: made.link })),
    h(Loaded, { what: 'links', ...rows }, (links) => [
      links.length ? links.map((link) => h(Link, { key: link.id, link })) : h(Empty, { title: 'No links here', detail: 'Make one above, and send it to a patient.' }),
      h(Pager, { after, next: links.length === PAGE && links.at(-1).id, turn })]),
  ];
}

/** The QR code of a text; made by this replica, so that the text goes nowhere else. */
async function code(text) {
  const response = await fetch('qr', { method: 'POST', body: text, cache: 'no-store' });
  return response.ok ? response.json() : null;
}

/** A new link, whose URL is shown only now. */
function Made({ link }) {
  const panel = useRef();
  const url = useRef();
  useEffect(() => panel.current.focus(), []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link.url);
      say('Copied.');
    } catch {
      url.current.select();
      say('Press Ctrl+C to copy.');
    }
  };
  return h('section', { class: 'panel wide', ref: panel, tabIndex: -1, 'aria-labelledby': 'made-title' },
    h('h3', { id: 'made-title' }, `The link for ${link.subject}`),
    h('p', {}, `Shown this once. Anyone who has it can connect, until ${at(link.expires_at)}: send it to the patient only, or let them scan the code.`),
    h('label', { for: 'url' }, 'URL'), h('input', { id: 'url', ref: url, readOnly: true, value: link.url, onFocus: () => url.current.select() }),
    h('p', { class: 'actions' }, h('button', { type: 'button', onClick: copy }, 'Copy')),
    link.code && h(Code, link.code));
}

function Code({ size, path }) {
  return h('svg', { class: 'qr', viewBox: `-4 -4 ${size + 8} ${size + 8}`, role: 'img', 'aria-label': 'QR code of the link' },
    h('rect', { x: -4, y: -4, width: size + 8, height: size + 8, fill: '#fff' }), h('path', { d: path, fill: '#000' }));
}

function Link({ link }) {
  const revoke = async () => {
    await call(`links/${link.id}`, { api: API, method: 'DELETE' });
    say('Revoked.');
  };
  return h('article', { class: 'account' },
    h('h3', {}, link.subject, h('span', { class: `pill ${STATES[link.state]}` }, link.state)),
    h('p', { class: 'trigger' }, link.patient && `Patient/${link.patient} · `, `made ${ago(link.created_at)} by ${link.created_by} · valid until ${at(link.expires_at)}`),
    link.state === 'open' && h('div', { class: 'actions' },
      h(Action, { label: 'Revoke …', title: 'Revoke this link?', verb: 'Revoke', act: revoke },
        h('p', {}, `Nobody can connect with the link for ${link.subject} any more.`))));
}
