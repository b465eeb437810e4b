// What a Withings reply becomes, by the mapping tables as they are now. Nothing is stored, sent or kept in the browser.

import { call } from './api.js';
import { empty, failed, h, loading, show } from './dom.js';
import { plural, words } from './text.js';

const KINDS = ['measures', 'activity', 'workouts', 'sleep', 'ecg'];
const VERSIONS = ['R5', 'R4B', 'R4'];

export function tryReply(place) {
  const choose = (id, values) => h('select', { id }, values.map((value) => h('option', { value }, value)));
  const kind = choose('kind', KINDS);
  const version = choose('version', VERSIONS);
  const reply = h('textarea', { id: 'reply', rows: 12, spellcheck: 'false', required: true, placeholder: '{"status": 0, "body": {…}}' });
  const result = h('div', { 'aria-live': 'polite' });
  const run = async (event) => {
    event.preventDefault();
    show(result, loading('what it becomes'));
    try {
      const answer = await call('translate', { method: 'POST', body: { kind: kind.value, fhir_version: version.value, reply: parsed(reply.value) } });
      show(result, observations(answer.bundle), skipped(answer.skipped), whole(answer.bundle));
    } catch (error) {
      show(result, failed(error));
    }
  };
  const self = {
    rendered: false,
    async load() {},
    render() {
      if (self.rendered) return;
      show(place, h('form', { class: 'try', onsubmit: run },
        h('p', { class: 'trigger' }, 'What Withings answered, with its envelope or without. It is translated as it would be, for the Patient “example”; nothing is stored or sent.'),
        h('label', { for: 'reply' }, 'Reply'), reply,
        h('p', { class: 'filters' }, h('label', { for: 'kind' }, 'Kind'), kind, h('label', { for: 'version' }, 'FHIR'), version,
          h('button', { type: 'submit', class: 'primary' }, 'Translate'))), result);
      self.rendered = true;
    },
  };
  return self;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw Object.assign(new Error(error.message), { title: 'This is no JSON' });
  }
}

function resources(bundle) {
  return bundle.entry.map((entry) => entry.resource);
}

function observations(bundle) {
  const found = resources(bundle).filter((resource) => resource.resourceType === 'Observation');
  if (!found.length) return empty('No Observation', 'Of this reply nothing would be sent.');
  return h('section', {}, h('h3', {}, plural(found.length, 'Observation')),
    h('div', { class: 'scroll' }, h('table', {},
      h('thead', {}, h('tr', {}, ['What', 'Value', 'When', 'Status'].map((title) => h('th', { scope: 'col' }, title)))),
      h('tbody', {}, found.map((each) => h('tr', {},
        h('td', {}, name(each.code)), h('td', {}, value(each)),
        h('td', {}, each.effectiveDateTime ?? each.effectivePeriod?.start ?? ''), h('td', {}, each.status)))))));
}

function name(concept) {
  return concept.text ?? concept.coding?.[0]?.display ?? '';
}

function value(each) {
  if (each.valueQuantity) return `${each.valueQuantity.value} ${each.valueQuantity.unit ?? ''}`;
  if (each.valueCodeableConcept) return name(each.valueCodeableConcept);
  return each.component ? each.component.map((part) => `${name(part.code)}: ${part.valueSampledData ? 'a series' : value(part)}`).join(', ') : '';
}

function skipped(list) {
  return h('section', {}, h('h3', {}, 'Skipped'), list.length
    ? h('ul', { class: 'plain' }, list.map((each) => h('li', {}, h('b', {}, each.count), ` ${words(each.reason)}`, each.path && `: ${each.path}`)))
    : h('p', {}, 'Nothing.'));
}

function whole(bundle) {
  return h('details', {}, h('summary', {}, 'The Bundle'), h('pre', {}, JSON.stringify(bundle, null, 2)));
}
