// The operations API, called through the port that serves this page; the token is kept in this tab only.

const KEY = 'vitalroutes.token';

/** An error in words for people; the status is that of the answer. */
export const failure = (title, message, status) => Object.assign(new Error(message), { title, status });

class Session extends EventTarget {
  get token() { return sessionStorage.getItem(KEY); }

  begin(token) {
    sessionStorage.setItem(KEY, token.trim().replace(/^Bearer\s+/i, ''));
    this.dispatchEvent(new Event('change'));
  }

  /** Forgets the token; the problem is why, unless the operator signed out. */
  end(problem) {
    sessionStorage.removeItem(KEY);
    this.problem = problem;
    this.dispatchEvent(new Event('change'));
  }

  /** The subject of the token; only the server verifies it. */
  get name() {
    try {
      const claims = JSON.parse(atob(this.token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
      return claims.name ?? claims.preferred_username ?? claims.sub ?? '';
    } catch {
      return '';
    }
  }
}

export const session = new Session();

/** Calls the operations API, or another one that is relayed; answers JSON, null for nothing, or the text as it is. */
export async function call(path, { api = 'operations', method = 'GET', body, signal, as = 'json' } = {}) {
  const headers = { Authorization: `Bearer ${session.token}`, Accept: 'application/json' };
  if (body) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(`api/${api}/${path}`, { method, headers, body: body && JSON.stringify(body), signal, cache: 'no-store' });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw failure('Vitalroutes does not answer', 'The management port cannot be reached. Is the service running?');
  }
  const text = await response.text();
  if (response.ok && as === 'text') return text;
  let json = null;
  try { json = text ? JSON.parse(text) : null; } catch { /* reported below */ }
  if (response.ok) return json;
  throw problem(response.status, json?.detail ?? `The answer was HTTP ${response.status}.`, api === 'operations' ? 'operations' : 'accounts');
}

export const post = (path, body) => call(path, { method: 'POST', body });

function problem(status, detail, scope) {
  switch (status) {
    case 401: return failure('You are not signed in', 'The token is not valid, or no longer. Sign in with a fresh one.', status);
    case 403: return failure('This is for operators', `The token has no scope “${scope}”. Ask your identity provider for one that has.`, status);
    case 502: return failure('The API does not answer', 'The public port of this replica cannot be reached, or took too long.', status);
    default: return failure('That did not work', detail, status);
  }
}
