import type { TestHub } from './test-hub.ts';

/** A browser that signs in with a provider at a test hub: it keeps cookies and follows no redirect. */
export interface SignInBrowser {
  readonly cookies: Map<string, string>;
  get(path: string): Promise<Response>;
  post(path: string, form: Readonly<Record<string, string>>, withCookies?: boolean): Promise<Response>;
  /** Begins a sign-in; answers where the hub sends the browser. */
  start(reference: string, more?: Readonly<Record<string, string>>): Promise<string>;
}

/** Opens one; nothing is shared between two. */
export function openSignInBrowser(hub: TestHub): SignInBrowser {
  const cookies = new Map<string, string>();
  const keep = (response: Response): Response => {
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const [name = '', value = ''] = pair.split('=', 2);
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  const header = () => [...cookies].map((pair) => pair.join('=')).join('; ');
  const send = async (path: string, init: RequestInit): Promise<Response> =>
    keep(await fetch(`${hub.url}${path}`, { redirect: 'manual', ...init }));
  return {
    cookies,
    get: (path) => send(path, { headers: { cookie: header() } }),
    // What another site posts comes without our cookies.
    post: (path, form, withCookies = false) =>
      send(path, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(withCookies ? { cookie: header() } : {}),
        },
        body: new URLSearchParams(form).toString(),
      }),
    async start(reference, more = {}) {
      const query = new URLSearchParams({ provider: reference, ...more });
      const answer = await send(`/auth/start?${query.toString()}`, { headers: { cookie: header() } });
      const location = answer.headers.get('location');
      if (answer.status !== 303 || location === null)
        throw new Error(`Starting was answered with ${answer.status}: ${await answer.text()}`);
      return location;
    },
  };
}

/** The rule by which a page says that somebody was not signed in; fails where somebody was. */
export async function refusedBy(answer: Response | Promise<Response>): Promise<string> {
  const response = await answer;
  const text = await response.text();
  const cookies = response.headers.getSetCookie().join(' ');
  const rule = /\(rule ([a-z/-]+)\)/.exec(text)?.[1];
  if (rule === undefined || cookies.includes('holdfast_session='))
    throw new Error(
      `Not refused: ${response.status} ${response.headers.get('location') ?? ''} ${text.slice(0, 500)}`,
    );
  return rule;
}
