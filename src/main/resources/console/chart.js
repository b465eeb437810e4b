// Lines over time, drawn by uPlot, with the same values as a table for screen readers.

import { at, plural } from './text.js';
import { Table, h, useEffect, useMemo, useRef, useState } from './ui.js';

/* global uPlot */

const COLOURS = ['--accent', '--second'];
const dark = matchMedia('(prefers-color-scheme: dark)');

/** A colour of the style sheet, read whenever a chart is drawn, as it depends on the scheme. */
const colour = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(name);

/** A plot by uPlot; its options are those of the first time. A click calls pick with the time of the nearest value. */
function Plot({ options, data, label, pick, ...attributes }) {
  const place = useRef();
  const plot = useRef();
  useEffect(() => {
    const width = () => Math.max(80, place.current.clientWidth || 300);
    const made = new uPlot({ width: width(), ...options }, data, place.current);
    plot.current = made;
    const resize = () => made.setSize({ width: width(), height: options.height });
    const redraw = () => made.redraw(false);
    addEventListener('resize', resize);
    dark.addEventListener('change', redraw);
    return () => {
      removeEventListener('resize', resize);
      dark.removeEventListener('change', redraw);
      made.destroy();
    };
  }, []);
  useEffect(() => plot.current.setData(data), [data]);
  const click = ({ target }) => {
    const { over, cursor, select } = plot.current;
    if (over.contains(target) && cursor.idx !== null && !select.width) pick?.(plot.current.data[0][cursor.idx]);
  };
  return h('div', { ref: place, role: 'img', 'aria-label': label, onClick: click, ...attributes });
}

const AXIS = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };

/** A chart of series [{name, unit, points: [{at, value, id}]}]; a click on a point opens its Observation. */
export function Chart({ series, fhirUrl }) {
  const [open, setOpen] = useState(false);
  const { data, ids } = useMemo(() => {
    const timed = series.map((one) => one.points.map((point) => ({ ...point, time: new Date(point.at).getTime() / 1000 })).sort((a, b) => a.time - b.time));
    return {
      data: uPlot.join(timed.map((points) => [points.map((point) => point.time), points.map((point) => Number(point.value))])),
      ids: new Map(timed.flat().map((point) => [point.time, point.id])),
    };
  }, [series]);
  const url = (id) => `${fhirUrl}/Observation/${id}`;
  const names = series.map((one) => one.name);
  const options = {
    height: 260,
    cursor: { y: false },
    // A single value stands in the middle of a day.
    scales: { x: { range: (plot, from, to) => (plot.data[0].length === 1 ? [plot.data[0][0] - 43200, plot.data[0][0] + 43200] : [from, to]) } },
    axes: [AXIS, { ...AXIS, size: 56 }],
    series: [{ value: (_, time) => (time === null ? '–' : at(time * 1000)) }, ...series.map((one, i) => ({
      label: `${one.name}${one.unit ? ` (${one.unit})` : ''}`, stroke: colour(COLOURS[i % COLOURS.length]), width: 2, spanGaps: true, points: { size: 5 },
    }))],
    hooks: { draw: [(plot) => { plot.root.parentElement.dataset.drawn = plot.data[0].length; }] },
  };
  const pick = (time) => window.open(url(ids.get(time)), '_blank', 'noreferrer,noopener');
  return h('figure', {},
    h(Plot, { key: names.join(), class: 'chart', label: `${names.join(' and ')} over time`, options, data, pick }),
    h('figcaption', {}, plural(series.reduce((sum, one) => sum + one.points.length, 0), 'value'),
      '. Drag over a span to enlarge it, double-click to see all; a click opens the Observation.'),
    h('details', { onToggle: (event) => setOpen(event.target.open) }, h('summary', {}, 'As a table'),
      open && h(Table, { titles: ['When', 'What', 'Value'], rows: series.flatMap((one) => one.points.map((point) => [
        at(point.at), one.name, h('a', { href: url(point.id), target: '_blank', rel: 'noreferrer noopener' }, `${point.value} ${one.unit ?? ''}`)])) })));
}

const SPARK = {
  height: 36,
  cursor: { show: false },
  legend: { show: false },
  padding: [2, 0, 2, 0],
  axes: [{ show: false }, { show: false }],
  scales: { y: { range: (_, __, most) => [0, Math.max(1, most)] } },
  series: [{}, { stroke: colour('--accent'), fill: colour('--good-back'), width: 1.5, points: { show: false } }],
};

/** A small line without axes. */
export function Spark({ label, times, values }) {
  return h(Plot, { class: 'spark', label, options: SPARK, data: [times, values] });
}
