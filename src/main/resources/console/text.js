// Formats numbers and times.

const NUMBER = new Intl.NumberFormat('en');
// In the reader's own time zone, which the head of the page names.
const DATE = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });
const TIME = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' });

export const zone = DATE.resolvedOptions().timeZone;
export const number = (value) => NUMBER.format(value);
export const at = (moment) => (moment ? DATE.format(new Date(moment)) : '–');
export const time = (moment) => TIME.format(new Date(moment));

/** A moment as the value of a field for local date and time, and back as ISO 8601. */
export const local = (moment) => new Date(moment - new Date(moment).getTimezoneOffset() * 60000).toISOString().slice(0, 16);
export const iso = (field) => new Date(field).toISOString();
export const words = (code) => String(code).replaceAll('_', ' ').replaceAll('-', ' ');
export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** Formats a number of seconds for people. */
export function span(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

export const ago = (moment) => (moment ? `${span(Math.max(0, (Date.now() - new Date(moment)) / 1000))} ago` : 'never');

/** Formats calls or messages per minute. */
export function rate(perMinute) {
  if (perMinute === null) return '… / min';
  return `${perMinute === 0 || perMinute >= 10 ? number(Math.round(perMinute)) : perMinute.toFixed(1)} / min`;
}

/** Formats the window or the start of a poll. */
export function asks(row) {
  if (row.changed_since) return `what changed since ${at(row.changed_since)}`;
  return row.from ? `${at(row.from)} – ${at(row.to)}` : '';
}

const APPLIS = {
  1: 'weight', 2: 'temperature', 4: 'blood pressure', 16: 'activity', 44: 'sleep', 46: 'user',
  50: 'workout or bed in', 51: 'bed out', 54: 'tracker or ECG', 58: 'glucose',
};

/** Formats Withings' category with its meaning. */
export const appli = (code) => (code === null || code === undefined ? 'no appli' : `appli ${code}${APPLIS[code] ? ` · ${APPLIS[code]}` : ''}`);
