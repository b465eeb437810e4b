// What a Withings reply becomes, by the mapping tables as they are now. Nothing is stored, sent or kept in the browser.

import { failure, post } from './api.js';
import { plural, words } from './text.js';
import { Choice, Empty, Failed, Loading, Table, h, useState } from './ui.js';

export const KINDS = ['measures', 'activity', 'workouts', 'sleep', 'ecg'];
const VERSIONS = ['R5', 'R4B', 'R4'];

export function TryReply() {
  const [result, set] = useState(null);
  const run = async (event) => {
    event.preventDefault();
    const { reply, kind, version } = Object.fromEntries(new FormData(event.target));
    set(h(Loading, { what: 'what it becomes' }));
    try {
      set(h(Result, await post('translate', { kind, fhir_version: version, reply: parsed(reply) })));
    } catch (error) {
      set(h(Failed, { error }));
    }
  };
  return [
    h('form', { class: 'try', onSubmit: run },
      h('p', { class: 'trigger' },
        'What Withings answered, with its envelope or without. It is translated as it would be, for the Patient “example”; nothing is stored or sent.'),
      h('label', { for: 'reply' }, 'Reply'),
      h('textarea', { id: 'reply', name: 'reply', rows: 12, spellcheck: false, required: true, placeholder: '{"status": 0, "body": {…}}' }),
      h('p', { class: 'filters' }, h(Choice, { id: 'kind', label: 'Kind', values: KINDS }), h(Choice, { id: 'version', label: 'FHIR', values: VERSIONS }),
        h('button', { type: 'submit', class: 'primary' }, 'Translate'))),
    h('div', { 'aria-live': 'polite' }, result),
  ];
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failure('This is no JSON', error.message);
  }
}

function Result({ bundle, skipped }) {
  const found = bundle.entry.map((entry) => entry.resource).filter((resource) => resource.resourceType === 'Observation');
  return [
    found.length ? h('section', {}, h('h3', {}, plural(found.length, 'Observation')),
      h(Table, { titles: ['What', 'Value', 'When', 'Status'],
        rows: found.map((each) => [name(each.code), value(each), each.effectiveDateTime ?? each.effectivePeriod?.start, each.status]) }))
      : h(Empty, { title: 'No Observation', detail: 'Of this reply nothing would be sent.' }),
    h('section', {}, h('h3', {}, 'Skipped'), !skipped.length && h('p', {}, 'Nothing.'),
      h('ul', { class: 'plain' }, skipped.map((each) => h('li', {}, h('b', {}, each.count), ` ${words(each.reason)}`, each.path && `: ${each.path}`)))),
    h('details', {}, h('summary', {}, 'The Bundle'), h('pre', {}, JSON.stringify(bundle, null, 2))),
  ];
}

function name(concept) {
  return concept.text ?? concept.coding?.[0]?.display ?? '';
}

function value(each) {
  if (each.valueQuantity) return `${each.valueQuantity.value} ${each.valueQuantity.unit ?? ''}`;
  if (each.valueCodeableConcept) return name(each.valueCodeableConcept);
  return each.component?.map((part) => `${name(part.code)}: ${part.valueSampledData ? 'a series' : value(part)}`).join(', ');
}
