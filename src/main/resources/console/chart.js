// Lines over time, drawn by uPlot, with the same values as a table for screen readers.

import { h, show } from './dom.js';
import { at, plural } from './text.js';

/* global uPlot */

const COLOURS = ['--accent', '--second'];
const drawn = new Set();

/** A colour of the style sheet, read whenever a chart is drawn, as it depends on the scheme. */
const colour = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(name);

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawn.forEach((plot) => plot.redraw(false)));
addEventListener('resize', () => drawn.forEach((each) => each.setSize({ width: width(each.root.parentElement), height: each.height })));

function width(place) {
  return Math.max(80, place.clientWidth || 300);
}

function plot(place, options, data) {
  drawn.forEach((each) => { if (!each.root.isConnected) drawn.delete(each); });
  const made = new uPlot({ width: width(place), ...options }, data, place);
  drawn.add(made);
  return made;
}

/** A chart of series [{name, unit, points: [{at, value, id}]}]; a click on a point opens its Observation. */
export function chart(series, fhirUrl) {
  const named = series.map((one) => ({
    ...one, points: one.points.map((point) => ({ ...point, time: new Date(point.at).getTime() / 1000 })).sort((a, b) => a.time - b.time),
  }));
  const ids = new Map(named.flatMap((one) => one.points.map((point) => [point.time, point.id])));
  const place = h('div', { class: 'chart', role: 'img', 'aria-label': `${series.map((one) => one.name).join(' and ')} over time` });
  const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  const url = (id) => `${fhirUrl}/Observation/${id}`;
  const figure = h('figure', {}, place,
    h('figcaption', {}, `${plural(named.reduce((sum, one) => sum + one.points.length, 0), 'value')}. Drag over a span to enlarge it, double-click to see all; a click opens the Observation.`),
    table(named, url));
  requestAnimationFrame(() => {
    const made = plot(place, {
      height: 260,
      cursor: { y: false },
      scales: { x: { range: (_, from, to) => (from === to ? [from - 43200, to + 43200] : [from, to]) } },
      axes: [axis, { ...axis, size: 56 }],
      series: [{ value: (_, time) => (time === null ? '–' : at(time * 1000)) }, ...named.map((one, i) => ({
        label: `${one.name}${one.unit ? ` (${one.unit})` : ''}`, stroke: colour(COLOURS[i % COLOURS.length]), width: 2, spanGaps: true, points: { size: 5 },
      }))],
    }, uPlot.join(named.map((one) => [one.points.map((point) => point.time), one.points.map((point) => Number(point.value))])));
    made.over.addEventListener('click', () => {
      const id = made.cursor.idx === null ? null : ids.get(made.data[0][made.cursor.idx]);
      if (id && !made.select.width) open(url(id), '_blank', 'noreferrer,noopener');
    });
    figure.dataset.drawn = made.data[0].length;
  });
  return figure;
}

/** The values as a table, whose rows are made when it is opened. */
function table(series, url) {
  const rows = () => series.flatMap((one) => one.points.map((point) => h('tr', {},
    h('td', {}, at(point.at)), h('td', {}, one.name),
    h('td', {}, h('a', { href: url(point.id), target: '_blank', rel: 'noreferrer noopener' }, `${point.value} ${one.unit ?? ''}`)))));
  const body = h('tbody');
  return h('details', { ontoggle: () => { if (!body.hasChildNodes()) show(body, rows()); } }, h('summary', {}, 'As a table'),
    h('div', { class: 'scroll' }, h('table', {},
      h('thead', {}, h('tr', {}, ['When', 'What', 'Value'].map((title) => h('th', { scope: 'col' }, title)))), body)));
}

/** A small line of the last 24 hours without axes: {place, set(times, numbers)}. */
export function spark(label) {
  const place = h('div', { class: 'spark', role: 'img', 'aria-label': label });
  let made = null;
  return {
    place,
    set(times, numbers) {
      if (!place.isConnected) return;
      made ??= plot(place, {
        height: 36,
        cursor: { show: false },
        legend: { show: false },
        padding: [2, 0, 2, 0],
        axes: [{ show: false }, { show: false }],
        scales: { y: { range: (_, __, most) => [0, Math.max(1, most)] } },
        series: [{}, { stroke: colour('--accent'), fill: colour('--good-back'), width: 1.5, points: { show: false } }],
      }, [times, numbers]);
      made.setData([times, numbers]);
    },
  };
}
