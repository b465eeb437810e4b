// The operations API, called through the port that serves this page; the token is kept in this tab only.

const KEY = 'vitalroutes.token';

/** A failed call, with a message for people. */
export class CallFailed extends Error {
  constructor(status, title, message) {
    super(message);
    this.status = status;
    this.title = title;
  }
}

export const session = {
  get token() { return sessionStorage.getItem(KEY); },
  set token(value) { value ? sessionStorage.setItem(KEY, value) : sessionStorage.removeItem(KEY); },

  /** The subject of the token; only the server verifies it. */
  get name() {
    try {
      const claims = JSON.parse(atob(this.token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
      return claims.name ?? claims.preferred_username ?? claims.sub ?? '';
    } catch {
      return '';
    }
  },
};

/** Calls the operations API, or another one that is relayed; null for an empty answer. */
export async function call(path, { api = 'operations', method = 'GET', body, signal } = {}) {
  const headers = { Authorization: `Bearer ${session.token}`, Accept: 'application/json' };
  if (body) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(`api/${api}/${path}`, { method, headers, body: body && JSON.stringify(body), signal, cache: 'no-store' });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new CallFailed(0, 'Vitalroutes does not answer', 'The management port cannot be reached. Is the service running?');
  }
  const text = await response.text();
  let json = null;
  try { json = text ? JSON.parse(text) : null; } catch { /* reported below */ }
  if (response.ok) return json;
  throw problem(response.status, json?.detail, api === 'operations' ? 'operations' : 'accounts');
}

function problem(status, detail, scope) {
  switch (status) {
    case 401: return new CallFailed(401, 'You are not signed in', 'The token is not valid, or no longer. Sign in with a fresh one.');
    case 403: return new CallFailed(403, 'This is for operators', `The token has no scope “${scope}”. Ask your identity provider for one that has.`);
    case 502: return new CallFailed(502, 'The API does not answer', 'The public port of this replica cannot be reached, or took too long.');
    default: return new CallFailed(status, 'That did not work', detail ?? `The answer was HTTP ${status}.`);
  }
}
