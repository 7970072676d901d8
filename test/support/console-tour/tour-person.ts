import { randomUUID } from 'node:crypto';
import type { Session } from '../../../hub/api/schemas/session.ts';
import type { RunningProduct } from '../running-product.ts';

/** What furnishing needs of a running product. */
export type TourProduct = Pick<
  RunningProduct,
  'url' | 'signInLink' | 'sipTarget' | 'data' | 'sql' | 'command'
>;

/** Somebody who is signed in at the product's real API, as the console is. */
export interface TourPerson {
  readonly name: string;
  readonly id: string;
  get<T>(path: string): Promise<T>;
  /** Fails where the answer is a refusal, and says what was refused. The caller states the schema's type of the answer. */
  post<T = { readonly id: string }>(path: string, body?: unknown): Promise<T>;
}

const CONSOLE = { 'X-Holdfast-Console': '1', 'Content-Type': 'application/json' } as const;

/** Hires somebody of a role. */
export async function addPerson(by: TourPerson, name: string, role: string): Promise<void> {
  await by.post('/people/changes', { operation: 'hire', name, role, reason: 'Works here from now on.' });
}

/** Signs in by a link, as whoever is named or as the local administrator. */
export async function signInPerson(product: TourProduct, name?: string): Promise<TourPerson> {
  const link = await makeLink(product, name);
  const answer = await fetch(`${product.url}/api/v1/session`, {
    method: 'POST',
    headers: CONSOLE,
    body: JSON.stringify({ token: new URL(link).hash.slice(1) }),
  });
  const session = await readAnswer<Session>(answer, 'POST /session');
  let cookie = cookieOf(answer) ?? '';
  await proveAll(product);
  const send = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const sent = await fetch(`${product.url}/api/v1${path}`, {
      method,
      headers: { ...CONSOLE, 'Idempotency-Key': randomUUID(), Cookie: cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    cookie = cookieOf(sent) ?? cookie; // the secret of a session is renewed now and then
    return readAnswer<T>(sent, `${method} ${path}`);
  };
  return {
    name: session.user.name,
    id: session.user.id,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
  };
}

/** A one-time link of the person, or of the local administrator; a browser signs in by opening it. */
export function makeLink(product: TourProduct, name?: string): Promise<string> {
  return command(product, 'sign-in', ...(name === undefined ? [] : ['--user', name]));
}

/** Acts that want a fresh proof of presence find one in every session; the dialog that asks for it has tests of its own. */
export async function proveAll(product: TourProduct): Promise<void> {
  await product.sql("update session set stepped_up_at = '9999-01-01'");
}

async function command(product: TourProduct, ...words: string[]): Promise<string> {
  const { code, output } = await product.command(...words);
  if (code !== 0) throw new Error(`holdfast ${words.join(' ')} ended with ${code}: ${output}`);
  return output.trim();
}

function cookieOf(answer: Response): string | undefined {
  return answer.headers.getSetCookie()[0]?.split(';')[0];
}

async function readAnswer<T>(answer: Response, what: string): Promise<T> {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${what} was answered with ${answer.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
