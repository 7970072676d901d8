/** The acceptance bench of the Elasticsearch connector: a real server behind the fault proxy. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { elasticsearch } from '../../../connectors/elasticsearch/connector.ts';
import { RECORDING_MAPPING } from '../../../connectors/elasticsearch/recording-index.ts';
import type { Bench, Subject, Variant } from '../../../connectors/kit/acceptance/bench.ts';
import type { RunningPeer } from '../peers/peer.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { openSubject } from './open-subject.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'connectors', 'elasticsearch');
const READING = /^POST .*\/(_mget|_search|_count|_has_privileges|_pit|_refresh)$|^DELETE \/_pit$/;

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
  let keys: Keys | undefined;
  return {
    connector: elasticsearch,
    readme: readFileSync(join(FOLDER, 'README.md'), 'utf8'),
    async open(variant, options) {
      const admin = administrator(peer());
      keys ??= await makeKeys(admin);
      return open(peer(), admin, variant, keys[variant], options?.timeoutMs);
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
      headers: { 'x-elastic-product': 'Elasticsearch', 'content-type': 'application/json' },
      body: '{"errors":false,"items":[]}',
    },
    // An API key is base64 of id and secret: neither the whole nor the secret alone may be seen.
    canaries: () =>
      Object.values(keys ?? {}).flatMap((key) => [
        key,
        Buffer.from(key, 'base64').toString().split(':')[1] ?? key,
      ]),
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
  peer: RunningPeer,
  admin: Administrator,
  variant: Variant,
  apiKeyText: string,
  timeoutMs?: number,
): Promise<Subject> {
  const tenantId = randomUUID();
  const alias = `bench-recordings-${tenantId}`;
  const proxy = await startFaultProxy(peer.url, writesToElasticsearch);
  if (variant === 'poisoned') await makePoisonedIndex(admin, alias);
  const subject = await openSubject(elasticsearch, proxy, {
    variant,
    timeoutMs,
    tenantId,
    config: { node: proxy.url, indexPrefix: 'bench' },
    credential: { type: 'api_key', apiKey: apiKeyText },
  });
  return {
    ...subject,
    remote: async (id) => {
      const { status, json } = await admin.call('GET', `/${alias}/_doc/${id}`);
      if (status !== 200) return undefined;
      const source = json['_source'] as { held: boolean };
      return { revision: Number(json['_version']), held: source.held };
    },
    count: async () => {
      await admin.call('POST', `/${alias}/_refresh`);
      const { status, json } = await admin.call('GET', `/${alias}/_count`);
      return status === 200 ? Number(json['count']) : 0;
    },
    close: async () => {
      await subject.close();
      await admin.call('DELETE', `/${alias}-v1`);
    },
  };
}

/** An index that somebody made by hand: its region is a number, so that a word in it is refused by the peer. */
async function makePoisonedIndex(admin: Administrator, alias: string): Promise<void> {
  const properties = { ...RECORDING_MAPPING.properties, region: { type: 'long' } };
  const { status } = await admin.call('PUT', `/${alias}-v1`, {
    aliases: { [alias]: { is_write_index: true } },
    mappings: { ...RECORDING_MAPPING, properties },
  });
  if (status !== 200) throw new Error(`The poisoned index could not be made: status ${status}.`);
}

async function apiKey(admin: Administrator, name: string, roles: unknown): Promise<string> {
  const { status, json } = await admin.call('POST', '/_security/api_key', { name, role_descriptors: roles });
  if (status !== 200) throw new Error(`The API key "${name}" could not be made: status ${status}.`);
  return String(json['encoded']);
}

function administrator(peer: RunningPeer): Administrator {
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
