/**
 * A double of a ServiceNow instance, for tests: token endpoint, Table API, the endpoints of our scoped application (which
 * run its own code over the double's tables, made from what the vendor's compiler built), and the platform's traps: session
 * cookies that make requests wait and drop them with 202, a page to sign in with status 200, three kinds of 429, values
 * that are cut, references that are links.
 */
import { randomBytes } from 'node:crypto';
import { text as textOf } from 'node:stream/consumers';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { answer, type routes } from '../../../connectors/servicenow/app/src/server/routes.ts';
import { closeDouble, listenDouble } from './double-server.ts';
import type { ConsentAuthority } from './consent-authority.ts';
import { builtApp, type BuiltApp } from './servicenow-app.ts';
import { ServicenowTables, type Values } from './servicenow-tables.ts';

/** A way in which the next request goes wrong, or the next write. */
export type Trouble = 'accepted-and-dropped' | 'rate-rule' | 'semaphore' | 'quota' | 'sign-in-page';

interface User {
  readonly name: string;
  readonly password: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly roles: readonly string[];
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const ROUTES: Readonly<Record<string, keyof typeof routes>> = {
  status: 'status',
  recordings: 'recordings',
  'recordings-find': 'find',
  'recordings-withdraw': 'withdrawals',
  tickets: 'tickets',
};
const SESSION_QUEUE = 10;
const SIGN_IN = '<!doctype html><html><head><title>ServiceNow</title></head><body><form action="login.do">';

/** A running double, and the levers of its operator. */
export class ServicenowDouble {
  readonly app: BuiltApp = builtApp();
  readonly tables: ServicenowTables;
  readonly users = new Map<string, User>();
  /** In the place of its own token endpoint, where people consent. */
  authority: ConsentAuthority | undefined;
  /** Whether the scoped application is installed. */
  installed = true;
  /** Columns that access controls keep from users of the Table API; scripts of the application are not asked. */
  readonly hidden = new Set<string>();
  readonly readOnly = new Set<string>();
  /** Sessions end: whoever sends an old cookie back gets a page to sign in. */
  sessionsEnded = false;
  tokenSeconds = 1800;
  /** Tokens given out. */
  issued = 0;
  /** What a request of a session takes; the others of the session wait for it. */
  sessionWork: Promise<unknown> = Promise.resolve();
  /** Requests that brought a cookie back. */
  cookies = 0;
  /** Requests that were answered with 202 and never done. */
  dropped = 0;
  url = '';
  /** How long every request takes, without work for it. */
  paceMs = 0;
  readonly #troubles: { readonly trouble: Trouble; readonly on: 'write' | 'any' }[] = [];
  readonly #tokens = new Map<string, { readonly user: string; readonly until: number }>();
  readonly #sessions = new Map<string, Promise<unknown>[]>();
  readonly #now: () => Date;
  readonly #server: Server;

  private constructor(now: () => Date) {
    this.#now = now;
    this.tables = new ServicenowTables(this.app, now);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(now: () => Date = () => new Date()): Promise<ServicenowDouble> {
    const double = new ServicenowDouble(now);
    const url = new URL(await listenDouble(double.#server));
    url.hostname = '127.0.0.1';
    double.url = url.origin;
    return double;
  }

  stop(): Promise<void> {
    return closeDouble(this.#server);
  }

  /** Adds a user with fresh secrets. */
  addUser(name: string, roles: readonly string[], timeZone = 'GMT'): User {
    const secret = (): string => randomBytes(16).toString('hex');
    const user = { name, password: secret(), clientId: secret(), clientSecret: secret(), roles };
    this.users.set(name, user);
    this.tables.insert('sys_user', { user_name: name, name, active: 'true', time_zone: timeZone }, 'system');
    return user;
  }

  /** Lets the next write go wrong, or with `any` the next request. */
  trouble(trouble: Trouble, on: 'write' | 'any' = 'write'): void {
    this.#troubles.push({ trouble, on });
  }

  /** Every token that is good, or was. */
  tokens(): string[] {
    return [...this.#tokens.keys()];
  }

  /** Tokens that were given out count no more. */
  endTokens(): void {
    this.#tokens.clear();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://double');
    if (this.authority?.owns(url.pathname) === true) return this.authority.serve(request, response);
    const text = await textOf(request);
    if (this.paceMs > 0) await setTimeout(this.paceMs);
    const cookie = request.headers.cookie;
    if (cookie !== undefined && !(await this.#enterSession(cookie)))
      return send(response, { status: 202, body: {} });
    if (cookie !== undefined && this.sessionsEnded) return send(response, page());
    const writes =
      request.method !== 'GET' && url.pathname !== '/oauth_token.do' && !url.pathname.endsWith('/find');
    const trouble = this.#troubleFor(writes);
    send(response, trouble ?? this.#answer(request, url, text, await this.#consented(request)));
  }

  /** Requests of one session are done one after the other; with more than ten waiting the next is forgotten. */
  async #enterSession(cookie: string): Promise<boolean> {
    this.cookies += 1;
    const queue = this.#sessions.get(cookie) ?? [];
    this.#sessions.set(cookie, queue);
    if (queue.length > SESSION_QUEUE) {
      this.dropped += 1;
      return false;
    }
    const before = queue.at(-1) ?? Promise.resolve();
    const mine = before.then(() => this.sessionWork);
    queue.push(mine);
    await mine;
    queue.splice(queue.indexOf(mine), 1);
    return true;
  }

  #troubleFor(writes: boolean): Reply | undefined {
    const index = this.#troubles.findIndex(({ on }) => on === 'any' || writes);
    if (index === -1) return undefined;
    const [entry] = this.#troubles.splice(index, 1);
    switch (entry?.trouble) {
      case 'accepted-and-dropped':
        this.dropped += 1;
        return { status: 202, body: {} };
      case 'rate-rule': {
        const reset = Math.ceil(this.#now().getTime() / 1000) + 600;
        const headers = {
          'x-ratelimit-limit': '100',
          'x-ratelimit-reset': String(reset),
          'x-ratelimit-rule': 'a'.repeat(32),
        };
        return { ...failure(429, 'Rate limit exceeded'), headers: { ...headers, 'retry-after': '600' } };
      }
      case 'semaphore':
        return failure(429, 'Too many requests');
      case 'quota':
        return failure(429, 'Transaction cancelled: maximum execution time exceeded, quota rule');
      default:
        return page();
    }
  }

  /** Who consented to the token of a request, where people do. */
  async #consented({ headers: { authorization } }: IncomingMessage): Promise<User | undefined> {
    const name = await this.authority?.userOf((authorization ?? '').replace('Bearer ', ''));
    return name === undefined ? undefined : this.users.get(name);
  }

  #answer(request: IncomingMessage, url: URL, text: string, consented: User | undefined): Reply {
    if (url.pathname === '/oauth_token.do') return this.#token(new URLSearchParams(text));
    const user = consented ?? this.#userOf(request.headers.authorization);
    if (user === undefined)
      return failure(401, 'User Not Authenticated', 'Required to provide Auth information');
    const endpoint = this.app.endpoints.find(
      ({ path, method }) => path === url.pathname && method === request.method,
    );
    if (endpoint !== undefined && this.installed) {
      if (!endpoint.roles.some((role) => user.roles.includes(role)))
        return failure(403, 'User Not Authorized');
      const open = (table: string) => this.tables.open(table, user.name);
      const { status, body } = answer({ open, user: user.name }, ROUTES[endpoint.name] ?? 'status', text);
      return { status, body: { result: body } };
    }
    const [, table, sysId] =
      /^\/api\/now\/table\/([a-z0-9_]+)(?:\/([0-9a-f]{32}))?$/.exec(url.pathname) ?? [];
    if (table === undefined) return failure(400, 'Requested URI does not represent any resource');
    return this.#table(request.method ?? '', table, sysId, url.searchParams, text, user);
  }

  #token(form: URLSearchParams): Reply {
    const user = [...this.users.values()].find(
      ({ clientId, clientSecret }) =>
        clientId === form.get('client_id') && clientSecret === form.get('client_secret'),
    );
    if (user === undefined || form.get('grant_type') !== 'client_credentials')
      return { status: 401, body: { error: 'access_denied', error_description: 'access_denied' } };
    const token = randomBytes(24).toString('base64url');
    this.issued += 1;
    this.#tokens.set(token, { user: user.name, until: this.#now().getTime() + this.tokenSeconds * 1000 });
    return {
      status: 200,
      body: {
        access_token: token,
        scope: 'useraccount',
        token_type: 'Bearer',
        expires_in: this.tokenSeconds,
      },
    };
  }

  #userOf(authorization: string | undefined): User | undefined {
    const [scheme, value = ''] = (authorization ?? '').split(' ');
    if (scheme === 'Bearer') {
      const token = this.#tokens.get(value);
      return token !== undefined && token.until > this.#now().getTime()
        ? this.users.get(token.user)
        : undefined;
    }
    const [name = '', password = ''] = Buffer.from(value, 'base64').toString('utf8').split(':');
    const user = this.users.get(name);
    return scheme === 'Basic' && user?.password === password ? user : undefined;
  }

  #table(
    method: string,
    table: string,
    sysId: string | undefined,
    query: URLSearchParams,
    text: string,
    user: User,
  ): Reply {
    const app = this.app.tables.find(({ name }) => name === table);
    if (!this.tables.has(table) || (app !== undefined && !this.installed))
      return failure(400, `Invalid table ${table}`);
    const may = user.roles.includes('itil') && (app === undefined || (app.webService && method === 'GET'));
    if (!may) return failure(403, 'Insufficient rights to query records');
    if (method === 'GET') {
      const found = this.tables.query(table, query.get('sysparm_query') ?? '', user.name);
      const rows = found.slice(0, Number(query.get('sysparm_limit') ?? 10_000));
      return { status: 200, body: { result: rows.map((row) => this.#show(table, row, query)) } };
    }
    const given = Object.entries(JSON.parse(text) as Values);
    // Without a word.
    const values = Object.fromEntries(given.filter(([name]) => !this.readOnly.has(name)));
    if (method === 'POST') {
      const made = this.tables.insert(table, values, user.name);
      if ('refused' in made) return failure(403, 'Operation Failed', 'Error during insert of the record');
      return {
        status: 201,
        body: { result: this.#show(table, this.tables.row(table, made.sysId) ?? {}, query) },
      };
    }
    if (sysId === undefined || this.tables.row(table, sysId) === undefined)
      return failure(404, 'No Record found', 'Record doesn’t exist or ACL restricts the record retrieval');
    if (this.tables.update(table, sysId, values, user.name) !== undefined)
      return failure(403, 'Operation Failed', 'Operation against file was aborted by Business Rule');
    return { status: 200, body: { result: this.#show(table, this.tables.row(table, sysId) ?? {}, query) } };
  }

  /** Only the fields asked for; references are links and booleans words, unless the caller asks otherwise. */
  #show(table: string, row: Values, query: URLSearchParams): Record<string, unknown> {
    const fields = query.get('sysparm_fields')?.split(',') ?? Object.keys(row);
    const columns = new Map(this.tables.columns(table).map((column) => [column.name, column.type]));
    const shown: Record<string, unknown> = {};
    for (const field of fields) {
      const [name = '', dotted] = field.split('.');
      if (!columns.has(name) || this.hidden.has(name)) continue;
      const value = row[name] ?? '';
      if (dotted !== undefined) shown[field] = this.tables.row('sys_user', value)?.[dotted] ?? '';
      else if (columns.get(name) === 'boolean') shown[field] = String(value === '1');
      else if (
        columns.get(name) === 'reference' &&
        value !== '' &&
        query.get('sysparm_exclude_reference_link') !== 'true'
      )
        shown[field] = { link: `${this.url}/api/now/table/sys_user/${value}`, value };
      else shown[field] = query.get('sysparm_display_value') === 'true' ? displayOf(field, value) : value;
    }
    return shown;
  }
}

const STATES: Readonly<Record<string, string>> = {
  1: 'New',
  2: 'In Progress',
  3: 'On Hold',
  6: 'Resolved',
  7: 'Closed',
  8: 'Canceled',
};

function displayOf(field: string, value: string): string {
  return field === 'state' ? (STATES[value] ?? value) : value;
}

function failure(status: number, message: string, detail: string | null = null): Reply {
  return { status, body: { error: { message, detail }, status: 'failure' } };
}

function page(): Reply {
  return { status: 200, body: SIGN_IN };
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  const html = typeof body === 'string';
  const session = randomBytes(8).toString('hex');
  response.writeHead(status, {
    'content-type': html ? 'text/html;charset=UTF-8' : 'application/json;charset=UTF-8',
    'set-cookie': [
      `JSESSIONID=${session}; Path=/; HttpOnly`,
      `glide_session_store=${session}; Path=/; HttpOnly`,
    ],
    ...headers,
  });
  response.end(html ? body : JSON.stringify(body));
}
