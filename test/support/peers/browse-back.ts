/**
 * What a person's browser does at an authorization server: follows its redirects with its cookies, answers its page, until it
 * is sent back to `redirectUri`; that address. Throws where the server stops before.
 */
export async function browseBack(
  url: string,
  redirectUri: string,
  answer: 'allow' | 'deny' = 'allow',
): Promise<URL> {
  const cookies = new Map<string, string>();
  const go = async (at: string, body?: URLSearchParams): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const init = { redirect: 'manual', headers: { cookie } } as const;
    const got = await fetch(at, body === undefined ? init : { ...init, method: 'POST', body });
    for (const line of got.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return got;
  };
  for (let at = url; ;) {
    if (at.startsWith(redirectUri)) return new URL(at);
    const page = await go(at);
    const got = page.status === 200 ? await go(at, new URLSearchParams({ answer })) : page;
    const next = got.headers.get('location');
    if (next === null) throw new Error(`The server stopped with ${got.status}: ${await got.text()}`);
    at = new URL(next, at).href;
  }
}
