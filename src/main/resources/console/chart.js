// A line per series over time, as SVG, with the same values as a table for screen readers.

import { h, svg } from './dom.js';
import { at, day } from './text.js';

const H = 240;
const EDGE = { left: 52, right: 16, top: 12, bottom: 28 };

/** Series of [{name, unit, points: [{at, value, id}]}]. */
export function chart(series, fhirUrl) {
  // As wide as displayed, because scaling would shrink the labels.
  const W = Math.min(720, Math.max(300, innerWidth - 68));
  const points = series.flatMap((one) => one.points.map((point) => ({ ...point, time: new Date(point.at).getTime(), number: Number(point.value) })));
  const times = extent(points.map((point) => point.time), 43200000);
  const values = extent(points.map((point) => point.number), 1);
  const x = (time) => EDGE.left + ((time - times[0]) / (times[1] - times[0])) * (W - EDGE.left - EDGE.right);
  const y = (value) => H - EDGE.bottom - ((value - values[0]) / (values[1] - values[0])) * (H - EDGE.top - EDGE.bottom);
  const steps = ticks(values);
  const unit = series[0].unit ?? '';
  const picture = svg('svg', { viewBox: `0 0 ${W} ${H}`, class: 'chart', role: 'img', 'aria-label': `${series.map((one) => one.name).join(' and ')} over time` },
    steps.map((value) => [
      svg('line', { x1: EDGE.left, x2: W - EDGE.right, y1: y(value), y2: y(value), class: 'grid' }),
      svg('text', { x: EDGE.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, String(value)),
    ]),
    svg('text', { x: EDGE.left, y: H - 8 }, day(times[0])),
    svg('text', { x: W - EDGE.right, y: H - 8, 'text-anchor': 'end' }, day(times[1])),
    series.map((one, i) => [
      svg('polyline', { class: `line s${i}`, points: one.points.map((point) => `${x(new Date(point.at).getTime())},${y(Number(point.value))}`).join(' ') }),
      one.points.map((point) => svg('a', { href: `${fhirUrl}/Observation/${point.id}`, target: '_blank', rel: 'noreferrer noopener', tabindex: '-1' },
        svg('circle', { class: `dot s${i}`, cx: x(new Date(point.at).getTime()), cy: y(Number(point.value)), r: 3.5 },
          svg('title', {}, `${at(point.at)}: ${point.value} ${one.unit ?? ''}`)))),
    ]));
  return h('figure', {}, picture,
    h('figcaption', {}, series.map((one, i) => h('span', { class: `key s${i}` }, one.name)), unit && `in ${unit}`),
    h('details', {}, h('summary', {}, 'As a table'),
      h('table', {}, h('thead', {}, h('tr', {}, h('th', {}, 'When'), h('th', {}, 'What'), h('th', {}, 'Value'))),
        h('tbody', {}, series.flatMap((one) => one.points.map((point) => h('tr', {},
          h('td', {}, at(point.at)), h('td', {}, one.name),
          h('td', {}, h('a', { href: `${fhirUrl}/Observation/${point.id}`, target: '_blank', rel: 'noreferrer noopener' }, `${point.value} ${one.unit ?? ''}`)))))))));
}

function extent(numbers, room) {
  const low = Math.min(...numbers);
  const high = Math.max(...numbers);
  const pad = (high - low) * 0.08 || room;
  return [low - pad, high + pad];
}

/** About four round numbers within a span. */
function ticks([low, high]) {
  const raw = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) found.push(Number(value.toFixed(digits)));
  return found;
}
