// Creates elements. Text is inserted as text, so data never becomes markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An element with attributes (on… are listeners) and children; null and false are left out. */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** An SVG element. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), value);
    } else if (value === true) {
      element.setAttribute(key, '');
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value);
    }
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replaces the content of an element, and keeps focus, scroll positions and open details. */
export function show(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  place.replaceChildren(...children.flat(3).filter(Boolean));
  if (focused) {
    place.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
}

export function loading(what) {
  return h('p', { class: 'state', role: 'status' }, h('span', { class: 'spinner', 'aria-hidden': 'true' }), `Loading ${what} …`);
}

export function empty(title, detail) {
  return h('div', { class: 'state' }, h('strong', {}, title), h('span', {}, detail));
}

export function failed(error, retry) {
  return h('div', { class: 'state error', role: 'alert' },
    h('strong', {}, error.title ?? 'That did not work'),
    h('span', {}, error.message),
    retry && h('button', { type: 'button', onclick: retry }, 'Try again'));
}
