import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { RecentPlays } from '../../hub/access/recent-plays.ts';
import { NotedAccesses } from '../../hub/api/audit-access.ts';
import { BoundedRefusals } from '../../hub/api/bounded-refusals.ts';
import { makeApp, type AppOptions } from '../../hub/api/app.ts';
import { problem, type Problem } from '../../hub/api/schemas/primitives.ts';
import type { Services } from '../../hub/api/services.ts';
import { openChanges } from '../../hub/changes/changes.ts';
import { createConnectorHost } from '../../hub/connections/host/connector-host.ts';
import { systemClock } from '../../hub/connections/host/system-clock.ts';
import { createReshapePool } from '../../hub/connections/mapping/reshape/reshape-pool.ts';
import { createSharedTokens } from '../../hub/connections/shared-tokens.ts';
import { makeToken } from '../../hub/identity/bearer-token.ts';
import { openProviderNetwork } from '../../hub/identity/providers/provider-network.ts';
import { openLogger } from '../../hub/observability/logger.ts';
import { openMetrics } from '../../hub/observability/metrics.ts';
import { keepConnections } from '../../hub/main/keep-connections.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { insertSignInLink } from '../../recorder-core/records/sessions.ts';
import { openPool } from '../../recorder-core/records/database.ts';
import { listProvidersOfDomain } from '../../recorder-core/records/identity-providers.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { openRulePacks } from '../../recorder-core/records/rule-packs.ts';
import { TombstoneJournal } from '../../recorder-core/vault/tombstone-journal.ts';
import { openFileObjectStore } from '../../recorder-core/vault/file-object-store.ts';
import { openLocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';
import { openTestKeyUses, TEST_JOURNAL_SECRET } from './test-key-uses.ts';
import type { TestDatabase } from './test-database.ts';
import { testLedgerKeys } from './ledger-key.ts';

/** A request as a test states it. */
export interface TestRequest {
  readonly method?: string;
  /** Sent as JSON, or as it is where it is a string. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Someone with a session at the hub. */
export interface TestPerson {
  readonly userId: string;
  readonly name: string;
  /** Follows what answers set, as a browser does. */
  readonly cookie: string;
  /** Sends cookie and, for unsafe methods, the console's header. */
  fetch(path: string, request?: TestRequest): Promise<Response>;
  /** Expects success and an answer that is exactly what the schema describes: nothing missing, nothing more. */
  read<S extends z.ZodType>(schema: S, path: string, request?: TestRequest): Promise<z.output<S>>;
}

/** The hub's application on a port of its own, with a real database, key ring and object store. */
export interface TestHub {
  readonly url: string;
  readonly database: TestDatabase;
  readonly services: Services;
  /** Folder of the spool; the key ring that a test recorder opens for it is the hub's. */
  readonly spool: string;
  /** Folder of the object store. */
  readonly objects: string;
  /** Lines of the log, from warnings up. */
  readonly log: readonly string[];
  /** Moves the hub's clock; it stands there until the next move. Undefined lets it go on. */
  setNow(at: Date | undefined): void;
  /** Sends a request without a session. */
  fetch(path: string, request?: TestRequest): Promise<Response>;
  /** The secret of a new one-time link. */
  makeLink(
    role: string,
    options?: { readonly tenantId?: string; readonly lifeMs?: number },
  ): Promise<TestLink>;
  /**
   * Makes a user and signs in through the API. The proof of presence that some acts ask for stays fresh, however the clock
   * is moved; not `proven`, there is none.
   */
  signIn(role?: string, tenantId?: string, options?: { readonly proven?: boolean }): Promise<TestPerson>;
  close(): Promise<void>;
}

export interface TestLink {
  readonly token: string;
  readonly userId: string;
  readonly name: string;
}

/** Starts it on a fresh folder; `change` replaces services, `app` are the application's own options. */
export async function startTestHub(
  database: TestDatabase,
  change: Partial<Services> = {},
  app: Partial<AppOptions> = {},
): Promise<TestHub> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-hub-'));
  const spool = join(folder, 'spool');
  const objects = join(folder, 'objects');
  const keys = await openLocalKeyRing(`${spool}.keys.json`, { create: true });
  const log: string[] = [];
  let frozen: Date | undefined;
  const store = await openFileObjectStore(objects);
  const keyUses = openTestKeyUses(database.db);
  const connectorHost = createConnectorHost({
    egress: { allowPrivateNetwork: true },
    clock: systemClock,
    log: () => undefined,
    tokens: createSharedTokens({ db: database.db, keys, now: () => new Date() }),
  });
  const reshape = createReshapePool();
  const dispatcher = openPool(database.dispatcherUrl, 1, () => undefined);
  const providerNetwork = openProviderNetwork({ allowPrivateNetwork: true });
  const now = () => frozen ?? new Date();
  const telling = openPool(database.appUrl, 2, () => undefined);
  const changes = openChanges({ db: database.db, pool: telling, now, onFault: () => undefined });
  const services: Services = {
    db: database.db,
    keys,
    objects: store,
    uses: keyUses.uses,
    journal: new TombstoneJournal(store, TEST_JOURNAL_SECRET),
    packs: await openRulePacks(),
    accesses: new NotedAccesses(),
    plays: new RecentPlays(),
    refusals: new BoundedRefusals(),
    connectorHost,
    reshape,
    providersOfDomain: (domain) => listProvidersOfDomain(dispatcher, domain),
    providerNetwork,
    exports: { limits: { recordings: 2, bytes: 2 ** 30 }, maxDays: 30, publicUrl: 'https://hub.example' },
    grants: { maxDays: 30 },
    callSecret: Buffer.alloc(32, 5),
    proofs: { relyingParty: TEST_PARTY, secret: Buffer.alloc(32, 6) },
    ledgerKeys: testLedgerKeys,
    now,
    changes,
    newId: (at) => newId(at.getTime()),
    log: openLogger('hub', 'test', 'warn', { write: (line) => log.push(line) }),
    metrics: openMetrics('hub'),
    secureCookies: false,
    // Tests move the clock by hours; those about idle sessions say so.
    sessionLives: { idleMs: 36_000_000, absoluteMs: 36_000_000 },
    homeTenant: database.tenantId,
    passwordCost: { ln: 10, r: 8, p: 1 },
    readiness: () => Promise.resolve({ ready: true, version: 'test', checks: [] }),
    ...change,
  };
  const server = keepConnections(createServer(makeApp(services, { version: 'test', ...app })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const makeLink: TestHub['makeLink'] = async (
    role,
    { tenantId = database.tenantId, lifeMs = 60_000 } = {},
  ) => {
    const now = services.now();
    const { text, digest } = makeToken(tenantId, randomBytes);
    const user = { id: newId(now.getTime()), name: `Test ${role}`, role };
    await database.db.forTenant(tenantId, async (tx) => {
      await insertUser(tx, tenantId, user);
      const expiresAt = new Date(now.getTime() + lifeMs).toISOString();
      await insertSignInLink(tx, tenantId, { tokenDigest: digest, userId: user.id, expiresAt });
    });
    return { token: text, userId: user.id, name: user.name };
  };
  return {
    url,
    database,
    services,
    spool,
    objects,
    log,
    setNow(at) {
      frozen = at;
    },
    fetch: (path, request) => send(url, path, request),
    makeLink,
    async signIn(role = 'administrator', tenantId = database.tenantId, { proven = true } = {}) {
      const link = await makeLink(role, { tenantId });
      const person = await signInWith(url, link);
      await setProof(database, person.userId, proven ? new Date('9999-01-01T00:00:00Z') : null);
      return person;
    },
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await connectorHost.close();
      await reshape.close();
      providerNetwork.close();
      changes.close();
      await telling.end();
      await dispatcher.end();
      await keyUses.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Sets when a person last proved their presence, in all their sessions. */
export async function setProof(database: TestDatabase, userId: string, at: Date | null): Promise<void> {
  await database.asOwner('update session set stepped_up_at = $2 where user_id = $1', [userId, at]);
}

/** Uses up a link; what the hub answers decides who is signed in. */
async function signInWith(url: string, { token, userId, name }: TestLink): Promise<TestPerson> {
  const answer = await send(url, '/api/v1/session', { method: 'POST', headers: CONSOLE, body: { token } });
  let cookie = newCookie(answer);
  if (!answer.ok || cookie === undefined) throw new Error(`Signing in was answered with ${answer.status}.`);
  const fetchAs: TestPerson['fetch'] = async (path, request = {}) => {
    const safe = isSafe(request.method);
    const headers = { cookie: cookie ?? '', ...(safe ? {} : CONSOLE), ...request.headers };
    const answered = await send(url, path, { ...request, headers });
    cookie = newCookie(answered) ?? cookie;
    return answered;
  };
  return {
    userId,
    name,
    get cookie() {
      return cookie ?? '';
    },
    fetch: fetchAs,
    async read(schema, path, request) {
      const response = await fetchAs(path, request);
      const body: unknown = await response.json();
      if (!response.ok)
        throw new Error(`${path} was answered with ${response.status}: ${JSON.stringify(body)}`);
      return parseExactly(schema, body);
    },
  };
}

/** The secret that an answer gives a session, as a browser would take it over; one that takes it back is not followed. */
function newCookie(answer: Response): string | undefined {
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0] ?? '')
    .find((pair) => !pair.endsWith('='));
}

/** To whom passkeys belong here: pages of this origin may ask for them. */
export const TEST_PARTY = { id: 'hub.example', origins: ['https://hub.example'] } as const;

/** What the console sends with every request that changes something. */
export const CONSOLE = { 'X-Holdfast-Console': '1' } as const;

/** Parses, and throws as well where the value says more than the schema does. */
export function parseExactly<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.parse(value);
  if (JSON.stringify(sorted(parsed)) !== JSON.stringify(sorted(value)))
    throw new Error(`The answer has more in it than its schema: ${JSON.stringify(value)}`);
  return parsed;
}

/** The problem document of a refusal; throws where the answer is none, or not of that status. */
export async function readProblem(answer: Response | Promise<Response>, status: number): Promise<Problem> {
  const response = await answer;
  const text = await response.text();
  const type = response.headers.get('content-type');
  if (response.status !== status || type?.startsWith('application/problem+json') !== true)
    throw new Error(`Expected a problem ${status}, got ${response.status} ${type}: ${text}`);
  const document = parseExactly(problem, JSON.parse(text));
  if (document.status !== status) throw new Error(`The document says ${document.status}.`);
  return document;
}

function isSafe(method = 'GET'): boolean {
  return method === 'GET' || method === 'HEAD';
}

function send(
  url: string,
  path: string,
  { method = 'GET', body, headers = {} }: TestRequest = {},
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

/** The same value with the keys of every object in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
