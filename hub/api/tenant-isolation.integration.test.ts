import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { smallestBody } from '../../test/support/smallest-body.ts';
import { addRows, readCatalog, type Table } from '../../test/support/tenant-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import type { Endpoint } from './endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';

jest.setTimeout(60_000); // every endpoint, several times

/** Whose row a parameter of a path names, by what stands before it: table and column. */
const NAMED: Readonly<Record<string, string>> = {
  '/recordings/:id': 'recording.id',
  '/live-calls/:id': 'live_call.recording_id',
  '/consent-changes/:id': 'consent_change.id',
  '/holds/:id': 'hold.id',
  '/matters/:id': 'matter.id',
  '/releases/:releaseId': 'hold_release.id',
  '/recorders/:node': 'recorder_node.node',
  '/recorder-commands/:id': 'recorder_command.id',
  '/exports/:id': 'export.id',
  '/requests/:id': 'subject_request.id',
  '/runs/:id': 'disposal_run.id',
  '/certificates/:id': 'disposal_certificate.recording_id',
  '/reports/:id': 'compliance_report.id',
  '/findings/:id': 'finding.id',
  '/sources/:name': 'call_record_source.name',
  '/access-alerts/:id': 'access_alert.id',
  '/approvals/:id': 'approval.id',
  '/delegations/:id': 'delegation.id',
  '/grants/:id': 'access_grant.id',
  '/people/:id': 'app_user.id',
  '/changes/:id': 'role_change.id',
  '/role-mappings/:id': 'role_mapping.id',
  '/packs/:digest': 'rule_pack.digest',
  '/own/:version': 'tenant_policy.version',
  '/access-policies/:version': 'access_policy.version',
  '/incidents/:id': 'incident.id',
  '/connections/:id': 'connection.id',
  '/deliveries/:id': 'delivery.id',
  '/backfills/:id': 'delivery_backfill.id',
  '/events/:id': 'inbound_event.id',
  '/webhooks/:id': 'webhook_endpoint.id',
  '/messages/:index': 'webhook_message.leaf_index',
  '/identity-providers/:id': 'identity_provider.id',
  '/service-accounts/:id': 'service_account.id',
  '/service-credentials/:id': 'service_credential.id',
  '/sessions/:id': 'session.id',
  '/authenticators/:id': 'authenticator.id',
  '/views/:id': 'saved_view.id',
  '/mail/:id': 'mail.id',
  '/local-accounts/:id': 'app_user.id',
};

/**
 * Endpoints that answer another status than 404, and the same for a thing that nobody has: four refuse the made body before they
 * look, one finds nothing to process.
 */
const ELSEWISE: Readonly<Record<string, number>> = {
  'post /call-records/sources/:name': 400,
  'post /deliveries/:id/correct': 400,
  'post /service-accounts/:id/certificates': 400,
  'post /webhooks/:id': 400,
  'post /events/:id/process': 409,
};

let database: TestDatabase;
let hub: TestHub;
let asker: TestPerson;
let theirs: string;
let theirRows: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
let tables: Table[];
/** Values of the other tenant that no answer may have in it: its texts and ids. */
let secrets: ReadonlySet<string>;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  theirs = await database.addTenant();
  const there = new Set(['tenant', 'ledger_head', 'access_watch']); // a tenant begins with all
  tables = (await readCatalog(database)).filter(
    ({ partition, columns }) => !partition && columns.some(({ name }) => name === 'tenant_id'),
  );
  await addRows(
    database,
    tables.filter(({ name }) => !there.has(name)),
    theirs,
  );
  theirRows = new Map(
    await Promise.all(tables.map(async ({ name }) => [name, (await rowsOf(name))[0] ?? {}] as const)),
  );
  secrets = secretsIn([...theirRows.values()]);
  asker = await hub.signIn();
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

describe('an administrator of another tenant', () => {
  test('sees nothing of this one in any list', async () => {
    for (const endpoint of ENDPOINTS.filter(({ method, path }) => method === 'get' && !path.includes(':'))) {
      const answer = await asker.fetch(`/api/v1${endpoint.path}`);
      const text = await answer.text();
      expect({ path: endpoint.path, found: foundIn(text) }).toEqual({ path: endpoint.path, found: [] });
      expect({ path: endpoint.path, failed: answer.status >= 500 }).toEqual({
        path: endpoint.path,
        failed: false,
      });
    }
  });

  test('is answered for each thing of this one as for a thing that does not exist, and changes nothing', async () => {
    const before = await digestOfTheirs();
    const differing: unknown[] = [];
    const statuses = new Map<string, number>();
    for (const endpoint of ENDPOINTS.filter(
      ({ path }) => path.includes(':') && !path.includes(':connector'),
    )) {
      const ofTheirs = await ask(endpoint, (name) => String(valueFor(endpoint.path, name)));
      const ofNobody = await ask(endpoint, (name) => unknownLike(valueFor(endpoint.path, name)));
      statuses.set(`${endpoint.method} ${endpoint.path}`, ofTheirs.status);
      if (JSON.stringify(ofTheirs) !== JSON.stringify(ofNobody))
        differing.push({ endpoint: `${endpoint.method} ${endpoint.path}`, ofTheirs, ofNobody });
    }
    expect(differing).toEqual([]);
    expect(Object.fromEntries([...statuses].filter(([, status]) => status !== 404))).toEqual(ELSEWISE);
    expect(await digestOfTheirs()).toEqual(before);
  });

  test('reaches nothing of this one through the bodies of requests that name no thing in their path', async () => {
    const before = await digestOfTheirs();
    for (const endpoint of ENDPOINTS.filter(({ method, path }) => method !== 'get' && !path.includes(':'))) {
      const { text } = await send(endpoint, endpoint.path);
      // What was sent may come back, as the name of the field at fault does; nothing else of theirs.
      expect({ path: endpoint.path, found: foundIn(text) }).toEqual({ path: endpoint.path, found: [] });
    }
    expect(await digestOfTheirs()).toEqual(before);
  });

  test('gets none of it from the routes beside the endpoints', async () => {
    const recording = String(theirRows.get('recording')!['id']);
    const report = String(theirRows.get('compliance_report')!['id']);
    const source = String(theirRows.get('call_record_source')!['name']);
    const connection = String(theirRows.get('connection')!['id']);
    const asked: readonly (readonly [string, string, number])[] = [
      ['GET', `/api/v1/recordings/${recording}/audio`, 404],
      ['HEAD', `/api/v1/recordings/${recording}/audio`, 404],
      ['GET', `/api/v1/reports/${report}/report.json`, 404],
      ['GET', `/api/v1/reports/${report}/report.pdf`, 404],
      ['POST', `/api/v1/call-records/sources/${source}/import`, 404],
      ['GET', '/api/v1/ledger/leaves/csv', 200],
      ['GET', '/api/v1/ledger/proof/0', 404],
      ['GET', '/api/v1/session', 200],
      ['POST', `/events/${theirs}/${connection}`, 404],
      ['POST', `/events/${database.tenantId}/${connection}`, 404],
    ];
    for (const [method, path, status] of asked) {
      const answer = await asker.fetch(path, { method, ...(method === 'POST' && { body: '{}' }) });
      const text = await answer.text();
      expect({ method, path, status: answer.status, found: foundIn(text) }).toEqual({
        method,
        path,
        status,
        found: [],
      });
    }
  });
});

test('every parameter of a path but two was tried with a row of another tenant', () => {
  const places = ENDPOINTS.flatMap(({ path }) => path.match(/\/[\w-]+\/:\w+/g) ?? []);
  const untried = [...new Set(places)].filter((place) => NAMED[place] === undefined);
  // Connectors are of the product; a stream is named within its connection.
  expect(untried.sort()).toEqual(['/connectors/:connector', '/streams/:stream']);
  for (const place of Object.values(NAMED)) {
    const [table, column] = place.split('.') as [string, string];
    expect({ place, type: typeof theirRows.get(table)?.[column] }).toEqual({
      place,
      type: expect.stringMatching(/^(string|number)$/),
    });
  }
});

/** The value of the other tenant that stands for a parameter. */
function valueFor(path: string, name: string): unknown {
  const place = path.match(/\/[\w-]+\/:\w+/g)?.find((each) => each.endsWith(`:${name}`));
  const [table, column] = (NAMED[place ?? ''] ?? '').split('.') as [string, string | undefined];
  return column === undefined ? 'calls' : theirRows.get(table)?.[column];
}

/** A value of the same form that nobody has. */
function unknownLike(value: unknown): string {
  if (typeof value === 'number') return String(value + 1_000_000);
  const text = String(value);
  if (/^[0-9a-f]{64}$/.test(text)) return 'f'.repeat(64);
  return /^[0-9a-f-]{36}$/.test(text) ? randomUUID() : `${text}-of-nobody`;
}

/** What an endpoint answers: status, code, and words without the value that was asked for. */
async function ask(
  endpoint: Endpoint,
  valueOf: (name: string) => string,
): Promise<{ readonly status: number; readonly said: string }> {
  const values: string[] = [];
  const path = endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = valueOf(name);
    values.push(value);
    return encodeURIComponent(value);
  });
  const { status, text } = await send(endpoint, path);
  const said = values.reduce((rest, value) => rest.replaceAll(value, '<asked>'), text);
  return { status, said: said.replace(/"traceId":"\w+"/, '') };
}

async function send(
  endpoint: Endpoint,
  path: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const body = endpoint.body === undefined ? {} : smallestBody(endpoint.body, idFor);
  const answer = await asker.fetch(`/api/v1${path}`, {
    method: endpoint.method.toUpperCase(),
    ...(endpoint.method === 'post' && { body }),
  });
  return { status: answer.status, text: await answer.text() };
}

/** Ids in bodies are of the other tenant as well. */
function idFor(field: string): string {
  const table = /recording/i.test(field)
    ? 'recording'
    : /matter/i.test(field)
      ? 'matter'
      : /export/i.test(field)
        ? 'export'
        : 'app_user';
  return String(theirRows.get(table)?.['id']);
}

function rowsOf(table: string): Promise<Record<string, unknown>[]> {
  return database.asOwner(`select * from ${table} where tenant_id = $1`, [theirs]);
}

async function digestOfTheirs(): Promise<Record<string, string>> {
  const each = tables.map(
    ({ name }) =>
      `select '${name}' as name, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest
         from ${name} t where tenant_id = $1`,
  );
  const rows = await database.asOwner<{ name: string; digest: string }>(each.join(' union all '), [theirs]);
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}

/** Ids and made texts in rows; numbers and words that every tenant has are none. */
function secretsIn(rows: readonly Readonly<Record<string, unknown>>[]): ReadonlySet<string> {
  const texts = rows.flatMap((row) => Object.values(row).filter((value) => typeof value === 'string'));
  return new Set(texts.filter((text) => /[0-9a-f]{8}-[0-9a-f]{4}-4/.test(text)));
}

function foundIn(text: string): string[] {
  return [...secrets].filter((secret) => text.includes(secret));
}
