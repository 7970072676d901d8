/**
 * What OpenSearch's security plugin does at the door, as far as a connection meets it: users with passwords, index rights,
 * 401 and 403 in its words, `authinfo`, and permission checks that do nothing. The plugin itself is in no registry.
 */
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeDouble, listenDouble } from './double-server.ts';

/** Somebody who may sign in; `indices` is the beginning of the names they may use, null for everything. */
export interface GuardUser {
  readonly name: string;
  readonly password: string;
  readonly indices: string | null;
}

/** A door before an OpenSearch that has none. */
export interface OpensearchGuard {
  readonly url: string;
  admit(user: GuardUser): void;
  close(): Promise<void>;
}

/** Stands before the server at `target` until it is closed. */
export async function startGuard(target: string): Promise<OpensearchGuard> {
  const users = new Map<string, GuardUser>();
  const server = createServer((request, response) => {
    handle(target, users, request, response).catch(() => request.socket.destroy());
  });
  return {
    url: (await listenDouble(server)).replace('localhost', '127.0.0.1'),
    admit: (user) => void users.set(user.name, user),
    close: () => closeDouble(server),
  };
}

async function handle(
  target: string,
  users: ReadonlyMap<string, GuardUser>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', target);
  const user = whoIs(users, request.headers.authorization);
  if (user === undefined) {
    request.resume();
    response.writeHead(401, { 'www-authenticate': 'Basic realm="OpenSearch Security"' }).end('Unauthorized');
    return;
  }
  const allowed = user.indices === null || isWithin(url.pathname, user.indices);
  if (url.pathname === '/_plugins/_security/authinfo')
    return say(request, response, 200, { user_name: user.name });
  if (url.searchParams.has('perform_permission_check'))
    return say(request, response, 200, {
      accessAllowed: allowed,
      missingPrivileges: allowed ? [] : ['indices:*'],
    });
  if (!allowed) return say(request, response, 403, REFUSED);
  await passOn(url, request, response);
}

const REFUSED = {
  error: { type: 'security_exception', reason: 'no permissions for [indices:*]', root_cause: [] },
  status: 403,
};

function whoIs(users: ReadonlyMap<string, GuardUser>, authorization = ''): GuardUser | undefined {
  const pair = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
  const name = pair.split(':', 1).join('');
  const user = users.get(name);
  return user !== undefined && pair === `${name}:${user.password}` ? user : undefined;
}

/** Names of indices stand first in a path; what names none (a point in time, templates, nodes) needs a right of its own. */
function isWithin(path: string, indices: string): boolean {
  if (indices === '') return path === '/';
  const first = path.split('/')[1] ?? '';
  return first === '' || first.startsWith('_') || first.startsWith(indices);
}

function say(request: IncomingMessage, response: ServerResponse, status: number, body: object): void {
  request.resume();
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
}

async function passOn(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // The server behind asks nobody, and would not understand a credential.
  const { authorization, ...headers } = request.headers;
  if (authorization === undefined) throw new Error('Nobody passes without a credential.');
  const outgoing = httpRequest(url, { method: request.method ?? 'GET', headers });
  request.pipe(outgoing);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(response);
}
