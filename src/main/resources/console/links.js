// Connect links: makes one for a Patient, shows its URL and QR code this once, lists and revokes.

import { call } from './api.js';
import { ask, say } from './dead-letters.js';
import { empty, failed, h, show, svg } from './dom.js';
import { ago, at } from './text.js';

const API = 'connected-accounts/withings';
const STATES = { open: 'good', used: 'off', expired: 'off', revoked: 'off' };
/** Links of a page; one with fewer is the last. */
const PAGE = 100;
const DAYS = [[7, '7 days'], [1, '1 day'], [30, '30 days']];

export function links(place) {
  let rows = [];
  let after = [];
  const turn = (to) => { after = to; news(); };
  const list = h('div');
  const made = h('div', { 'aria-live': 'polite' });
  const subject = h('input', { id: 'subject', required: true, maxlength: 255, autocomplete: 'off' });
  const patient = h('input', { id: 'patient', pattern: '[A-Za-z0-9.\\-]{1,64}', autocomplete: 'off', 'aria-describedby': 'patient-help' });
  const days = h('select', { id: 'days' }, DAYS.map(([value, text]) => h('option', { value }, text)));
  const form = h('form', { class: 'panel wide', onsubmit: (event) => { event.preventDefault(); make(); } },
    h('h3', {}, 'New link'),
    h('label', { for: 'subject' }, 'Subject'), subject,
    h('label', { for: 'patient' }, 'Patient (optional)'), patient,
    h('p', { class: 'trigger', id: 'patient-help' }, 'Logical id on the FHIR server. Without it the Patient is found by the subject.'),
    h('label', { for: 'days' }, 'Valid for'), days,
    h('p', { class: 'actions' }, h('button', { type: 'submit', class: 'primary' }, 'Make the link')));
  const self = {
    rendered: false,
    async load(signal) {
      rows = await call(after.length ? `links?after=${after.at(-1)}` : 'links', { api: API, signal });
    },
    render() {
      if (!self.rendered) {
        show(place, form, made, list);
        self.rendered = true;
      }
      show(list, rows.length ? rows.map(row) : empty('No links here', 'Make one above, and send it to a patient.'),
        h('p', { class: 'pager' },
          after.length > 0 && h('button', { type: 'button', 'data-key': 'back', onclick: () => turn(after.slice(0, -1)) }, 'Back'),
          rows.length === PAGE && h('button', { type: 'button', 'data-key': 'next', onclick: () => turn([...after, rows.at(-1).id]) }, 'Next')));
    },
  };

  async function make() {
    try {
      const body = { subject: subject.value, patient: patient.value || null, expires_in: days.value * 86400 };
      const link = await call('links', { api: API, method: 'POST', body });
      show(made, shown(link, subject.value, await code(link.url)));
      made.firstChild.focus();
      form.reset();
    } catch (error) {
      show(made, failed(error));
    }
    news();
  }

  return self;
}

function shown(link, subject, picture) {
  const url = h('input', { id: 'url', readonly: true, value: link.url, onfocus: () => url.select() });
  return h('section', { class: 'panel wide', tabindex: '-1', 'aria-labelledby': 'made-title' },
    h('h3', { id: 'made-title' }, `The link for ${subject}`),
    h('p', {}, `Shown this once. Anyone who has it can connect, until ${at(link.expires_at)}: send it to the patient only, or let them scan the code.`),
    h('label', { for: 'url' }, 'URL'), url,
    h('p', { class: 'actions' }, h('button', { type: 'button', onclick: () => copy(link.url) }, 'Copy')),
    picture);
}

/** The QR code of a text; made by this replica, so that the text goes nowhere else. */
async function code(text) {
  const response = await fetch('qr', { method: 'POST', body: text, cache: 'no-store' });
  if (!response.ok) return null;
  const { size, path } = await response.json();
  return svg('svg', { class: 'qr', viewBox: `-4 -4 ${size + 8} ${size + 8}`, role: 'img', 'aria-label': 'QR code of the link' },
    svg('rect', { x: -4, y: -4, width: size + 8, height: size + 8, fill: '#fff' }), svg('path', { d: path, fill: '#000' }));
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say('Copied.');
  } catch {
    document.getElementById('url').select();
    say('Press Ctrl+C to copy.');
  }
}

function row(link) {
  return h('article', { class: 'account' },
    h('h3', {}, link.subject, h('span', { class: `pill ${STATES[link.state]}` }, link.state)),
    h('p', { class: 'trigger' }, link.patient && `Patient/${link.patient} · `, `made ${ago(link.created_at)} by ${link.created_by} · valid until ${at(link.expires_at)}`),
    link.state === 'open' && h('p', { class: 'actions' },
      h('button', { type: 'button', 'data-key': `revoke-${link.id}`, onclick: () => revoke(link) }, 'Revoke …')));
}

function revoke(link) {
  ask('Revoke this link?', [h('p', {}, `Nobody can connect with the link for ${link.subject} any more.`)], 'Revoke', async () => {
    await call(`links/${link.id}`, { api: API, method: 'DELETE' });
    say('Revoked.');
  });
}

function news() {
  document.dispatchEvent(new Event('refresh'));
}
