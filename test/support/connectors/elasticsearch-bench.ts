/** The acceptance benches of the Elasticsearch connector, one for each dialect: a real server behind the fault proxy. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { elasticsearch } from '../../../connectors/elasticsearch/connector.ts';
import { recordingMapping } from '../../../connectors/elasticsearch/recording-index.ts';
import type { Bench, Standing, Subject, Variant } from '../../../connectors/kit/acceptance/bench.ts';
import type { FieldValue } from '../../../connectors/kit/fields.ts';
import type { RunningOpensearch } from '../peers/opensearch.ts';
import type { RunningPeer } from '../peers/peer.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { openSubject } from './open-subject.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'connectors', 'elasticsearch');
const READING =
  /^POST .*\/(_mget|_search|_count|_has_privileges|_pit|point_in_time|_refresh)$|^DELETE \/(_pit|_search\/point_in_time)$/;

/** Whether a request may change a document. */
export function writesToElasticsearch(method: string, path: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && !READING.test(`${method} ${path}`);
}

/** What the peer itself says, asked as its administrator and past the proxy. */
interface Administrator {
  call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; json: Record<string, unknown> }>;
}

type Keys = Record<Variant, string>;

/** Makes the bench; `peer` is asked at the first case, so that the suite can be listed before the server runs. */
export function elasticsearchBench(peer: () => RunningPeer): Bench {
  let keys: Promise<Keys> | undefined;
  return benchOf({
    dialect: 'elasticsearch',
    peer,
    credentials: async (admin) => {
      const made = await (keys ??= makeKeys(admin));
      return (variant) => ({ type: 'api_key', apiKey: made[variant] });
    },
    headers: { 'x-elastic-product': 'Elasticsearch' },
    // An API key is base64 of id and secret: neither the whole nor the secret alone may be seen.
    secretsOf: ({ apiKey = '' }) => [
      apiKey,
      Buffer.from(apiKey, 'base64').toString().split(':')[1] ?? apiKey,
    ],
  });
}

/** The same over OpenSearch, whose users come with passwords. */
export function opensearchBench(peer: () => RunningOpensearch): Bench {
  const users = {
    good: { name: 'writer', password: 'canary-of-the-writer', indices: 'bench-' },
    idle: { name: 'idle', password: 'canary-of-the-idle', indices: '' },
    bad: { name: 'nobody', password: 'canary-of-nobody' },
  };
  const byVariant = {
    good: users.good,
    poisoned: users.good,
    'wrong-host': users.good,
    'bad-credential': users.bad,
    'no-permission': users.idle,
  };
  return benchOf({
    dialect: 'opensearch',
    peer,
    credentials: () => {
      for (const user of [users.good, users.idle]) peer().admit(user);
      return Promise.resolve((variant) => {
        const { name, password } = byVariant[variant];
        return { type: 'basic', username: name, password };
      });
    },
    headers: {},
    secretsOf: ({ username = '', password = '' }) => [
      password,
      Buffer.from(`${username}:${password}`).toString('base64'),
    ],
  });
}

interface EngineCredential {
  readonly type: string;
  readonly apiKey?: string;
  readonly username?: string;
  readonly password?: string;
}

/** What differs between the engines. */
interface EngineUnderTest {
  readonly dialect: 'elasticsearch' | 'opensearch';
  readonly peer: () => RunningPeer;
  credentials(admin: Administrator): Promise<(variant: Variant) => EngineCredential>;
  /** By which the engine's answers are known. */
  readonly headers: Readonly<Record<string, string>>;
  secretsOf(credential: EngineCredential): readonly string[];
}

function benchOf(engine: EngineUnderTest): Bench {
  const used = new Map<string, EngineCredential>();
  return {
    connector: elasticsearch,
    readme: readFileSync(join(FOLDER, 'README.md'), 'utf8'),
    async open(variant, options) {
      const admin = administrator(engine.peer());
      const credential = (await engine.credentials(admin))(variant);
      used.set(JSON.stringify(credential), credential);
      return open(engine, admin, variant, credential, options?.timeoutMs);
    },
    failingChecks: [
      { variant: 'wrong-host', check: 'reachable', class: 'transient' },
      { variant: 'bad-credential', check: 'authenticated', class: 'auth' },
      { variant: 'no-permission', check: 'privileges', class: 'permission' },
      { variant: 'poisoned', check: 'index-mapping', class: 'config' },
    ],
    poison: (record) => ({ ...record, region: 'eu' }),
    wholesome: (record) => ({ ...record, region: '1' }),
    lyingSuccess: {
      kind: 'answer',
      status: 202,
      headers: { ...engine.headers, 'content-type': 'application/json' },
      body: '{"errors":false,"items":[]}',
    },
    olderConfigs: [
      { version: '1.0.0', config: { node: 'https://search.example.com:9200', indexPrefix: 'bench' } },
    ],
    mapped: { field: 'costCentre', value: 'K-17', unknownField: 'nothing' },
    canaries: () => [...used.values()].flatMap((credential) => engine.secretsOf(credential)),
  };
}

/** One API key that may do what the README asks for, one that may do nothing, one that does not exist. */
async function makeKeys(admin: Administrator): Promise<Keys> {
  const good = await apiKey(admin, 'good', {
    writer: {
      cluster: ['monitor'],
      indices: [{ names: ['bench-*'], privileges: ['manage', 'index', 'delete', 'read'] }],
    },
  });
  const idle = await apiKey(admin, 'idle', {
    idle: { indices: [{ names: ['other'], privileges: ['read'] }] },
  });
  const bad = Buffer.from('canaryid0000:canary-secret-of-a-bad-key').toString('base64');
  return { good, poisoned: good, 'wrong-host': good, 'bad-credential': bad, 'no-permission': idle };
}

async function open(
  engine: EngineUnderTest,
  admin: Administrator,
  variant: Variant,
  credential: EngineCredential,
  timeoutMs?: number,
): Promise<Subject> {
  const tenantId = randomUUID();
  const alias = `bench-recordings-${tenantId}`;
  const proxy = await startFaultProxy(engine.peer().url, writesToElasticsearch);
  if (variant === 'poisoned') await makePoisonedIndex(admin, alias);
  const subject = await openSubject(elasticsearch, proxy, {
    variant,
    timeoutMs,
    tenantId,
    config: { node: proxy.url, dialect: engine.dialect, indexPrefix: 'bench', fields: ['costCentre:text'] },
    credential,
  });
  return {
    ...subject,
    remote: async (id) => {
      const { status, json } = await admin.call('GET', `/${alias}/_doc/${id}`);
      if (status !== 200) return undefined;
      const source = json['_source'] as { held: boolean };
      return { revision: Number(json['_version']), held: source.held };
    },
    everything: async () => {
      await admin.call('POST', `/${alias}/_refresh`);
      return everythingIn(admin, alias);
    },
    remoteFields: async (id) => {
      const { json } = await admin.call('GET', `/${alias}/_doc/${id}`);
      return (json['_source'] as { fields?: Record<string, FieldValue> } | undefined)?.fields ?? {};
    },
    count: async () => {
      await admin.call('POST', `/${alias}/_refresh`);
      const { status, json } = await admin.call('GET', `/${alias}/_count`);
      return status === 200 ? Number(json['count']) : 0;
    },
    close: async () => {
      await subject.close();
      const { json } = await admin.call('GET', `/${alias}*/_alias`);
      for (const index of Object.keys(json))
        if (index.startsWith(alias)) await admin.call('DELETE', `/${index}`);
    },
  };
}

/** What an alias holds, as its search tells it page by page. */
async function everythingIn(admin: Administrator, alias: string): Promise<Map<string, Standing>> {
  const found = new Map<string, Standing>();
  for (let after: unknown[] | undefined; ;) {
    const { json } = await admin.call('POST', `/${alias}/_search`, {
      size: 5000,
      version: true,
      _source: ['held'],
      sort: [{ id: 'asc' }],
      ...(after !== undefined && { search_after: after }),
    });
    const { hits } = json['hits'] as { hits: Hit[] };
    for (const { _id, _version, _source } of hits) found.set(_id, { revision: _version, held: _source.held });
    after = hits.at(-1)?.sort;
    if (after === undefined) return found;
  }
}

interface Hit {
  readonly _id: string;
  readonly _version: number;
  readonly _source: { readonly held: boolean };
  readonly sort: unknown[];
}

/** An index that somebody made by hand: its region is a number, so that a word in it is refused by the peer. */
async function makePoisonedIndex(admin: Administrator, alias: string): Promise<void> {
  const mapping = recordingMapping({
    config: { node: '', dialect: 'elasticsearch', indexPrefix: 'bench', fields: ['costCentre:text'] },
  });
  const properties = { ...mapping.properties, region: { type: 'long' } };
  const { status } = await admin.call('PUT', `/${alias}-v1`, {
    aliases: { [alias]: { is_write_index: true } },
    mappings: { ...mapping, properties },
  });
  if (status !== 200) throw new Error(`The poisoned index could not be made: status ${status}.`);
}

async function apiKey(admin: Administrator, name: string, roles: unknown): Promise<string> {
  const { status, json } = await admin.call('POST', '/_security/api_key', { name, role_descriptors: roles });
  if (status !== 200) throw new Error(`The API key "${name}" could not be made: status ${status}.`);
  return String(json['encoded']);
}

/** Asks the peer as its administrator. */
export function administrator(peer: RunningPeer): Administrator {
  const pair = Buffer.from(`${peer.admin.username}:${peer.admin.password}`).toString('base64');
  const headers = { authorization: `Basic ${pair}`, 'content-type': 'application/json' };
  return {
    async call(method, path, body) {
      const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
      const answer = await fetch(`${peer.url}${path}`, init);
      return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
    },
  };
}
