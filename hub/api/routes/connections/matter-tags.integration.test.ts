import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { recordsNow } from '../../../../activities/deliveries/records-now.ts';
import { recordingDocument } from '../../../../connectors/kit/record.ts';
import { readConnection } from '../../../../recorder-core/records/connections.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { recordCall } from '../../../../test/support/test-recording.ts';
import { ensureEmbeddedSearch } from '../../../connections/ensure-embedded-search.ts';
import { recordsToTry } from '../../../connections/records-to-try.ts';
import type { Asking } from '../../../identity/asking.ts';
import { connectionDetail, connectionSecrets, matterTagsPreview } from '../../schemas/connection.ts';

jest.setTimeout(120_000); // calls are placed in real time

const UUID = /^[0-9a-f-]{36}$/;
let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;
let engineer: TestPerson;
let connectionId: string;
let [held, free, walled] = ['', '', ''];

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  [officer, engineer] = [await hub.signIn('compliance_officer'), await hub.signIn('engineer')];
  const config = { node: 'http://127.0.0.1:9' };
  const body = { connector: 'elasticsearch', name: 'Search', config };
  ({ id: connectionId } = await engineer.read(connectionSecrets, '/api/v1/connections', {
    method: 'POST',
    body,
  }));
  held = (await recordCall(hub, { ms: 200 })).id;
  free = (await recordCall(hub, { ms: 200 })).id;
  walled = (await recordCall(hub, { ms: 200 })).id;
  await database.asOwner("update recording set classification = 'hr' where id = $1", [walled]);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const place = async (matter: string, wish: object): Promise<void> => {
  const body = { matter, reason: 'Litigation', ...wish };
  expect((await officer.fetch('/api/v1/holds', { method: 'POST', body })).status).toBe(201);
};
const tell = (tags: string, person = officer) =>
  person.fetch(`/api/v1/connections/${connectionId}/matter-tags`, { method: 'POST', body: { tags } });

/** What the connection would be sent of the matters of each recording now. */
async function told() {
  const { tenantId, db } = database;
  const now = await db.forTenant(tenantId, async (tx) => {
    const connection = (await readConnection(tx, connectionId))!;
    const linkTo = (id: string) => `https://hub.example/recordings/${id}`;
    return recordsNow({ linkTo }, tx, tenantId, connection, [held, free, walled]);
  });
  return [held, free, walled].map((id) => recordingDocument.parse(now.get(id)?.record).matters?.toSorted());
}

test('a connected system is told of matters only where whoever places holds says so, and never of classified recordings', async () => {
  await place('Northwind', { recordingIds: [held, walled] });
  await place('Southwind', { query: { callIds: await callIdsOf(held) } });
  await place('Southwind', { recordingIds: [held] }); // two holds of one matter are one tag
  expect(await told()).toEqual([undefined, undefined, undefined]);

  await readProblem(tell('names', engineer), 403);
  await readProblem(tell('everything'), 400);
  expect((await tell('names')).status).toBe(200);
  expect(await told()).toEqual([['Northwind', 'Southwind'], [], []]);

  await database.asOwner(
    "update matter set external_id = 'CASE-7', connection_id = $1, tags = '{mifid}' where name = 'Northwind'",
    [connectionId],
  );
  expect((await told())[0]).toEqual(['CASE-7', 'Northwind', 'Southwind', 'mifid']);

  expect((await tell('ids')).status).toBe(200);
  const matters = await database.asOwner<{ id: string }>('select id from matter order by id');
  expect(await told()).toEqual([matters.map(({ id }) => id).toSorted(), [], []]);

  const detail = await engineer.read(connectionDetail, `/api/v1/connections/${connectionId}`);
  expect(detail).toMatchObject({ matterTags: 'ids', version: 1 });
  expect((await tell('none')).status).toBe(200);
  expect(await told()).toEqual([undefined, undefined, undefined]);
});

test('what was sent before is sent again only where somebody asks for it, who sees how many recordings that is', async () => {
  const path = `/api/v1/connections/${connectionId}/matter-tags`;
  const preview = () => officer.read(matterTagsPreview, path);
  await readProblem(engineer.fetch(path), 403);
  expect(await preview()).toEqual({ tags: 'none', recordings: 3, refusal: 'not-live' });
  const resend = () => officer.fetch(path, { method: 'POST', body: { tags: 'ids', resend: true } });
  await readProblem(resend(), 409);
  expect((await preview()).tags).toBe('none');

  await database.asOwner("update connection set state = 'live' where id = $1", [connectionId]);
  expect((await tell('names')).status).toBe(200);
  const backfills = () => database.asOwner('select total from delivery_backfill');
  expect(await backfills()).toEqual([]);
  expect((await resend()).status).toBe(200);
  expect(await backfills()).toEqual([{ total: 3 }]);
  expect(await preview()).toEqual({ tags: 'ids', recordings: 3, refusal: 'under-way' });
  await readProblem(resend(), 409);
  await database.asOwner("update delivery_backfill set state = 'done', ended_at = now()");
});

test('who tries a connection out sees names of matters only where they may read holds', async () => {
  expect((await tell('names')).status).toBe(200);
  const [administrator, id] = [await hub.signIn(), held];
  const asking = ({ userId, name }: TestPerson) => ({
    db: database.db,
    tenantId: database.tenantId,
    person: { id: userId, name },
    now: hub.services.now(),
    newId: hub.services.newId,
  });
  const shown = (person: TestPerson) =>
    database.db.forTenant(database.tenantId, async (tx) => {
      const connection = (await readConnection(tx, connectionId))!;
      const links = { linkTo: () => 'https://hub.example/', linkToIncident: () => 'https://hub.example/' };
      const about = { asking: asking(person) as Asking, connection };
      const [record] = await recordsToTry(tx, about, 'recording', { ids: [id], newest: 1 }, links);
      return recordingDocument.parse(record).matters;
    });
  expect(await shown(administrator)).toContain('Northwind');
  expect(await shown(engineer)).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)]);
});

test('the built-in search is told of none: everybody who may list recordings could find them by the name of a matter', async () => {
  const builtInId = hub.services.newId(hub.services.now());
  await database.db.forTenant(database.tenantId, (tx) =>
    ensureEmbeddedSearch(tx, database.tenantId, builtInId, hub.services.now()),
  );
  const path = `/api/v1/connections/${builtInId}/matter-tags`;
  const problem = await readProblem(officer.fetch(path, { method: 'POST', body: { tags: 'ids' } }), 409);
  expect(problem.field).toBe('/body/tags');
});

test('a hold that was released is no tag any more', async () => {
  await database.asOwner(
    "update hold h set released_at = now() from matter m where m.id = h.matter_id and m.name = 'Southwind'",
  );
  expect(await told()).toEqual([['CASE-7', 'Northwind', 'mifid'], [], []]);
});

test('a change of what is told is an entry of the ledger, without the name of a matter', async () => {
  await officer.fetch(`/api/v1/recordings/${free}/custody`); // whoever reads custody has every leaf in its place
  const leaves = await database.asOwner<{ body: Buffer }>(
    'select body from ledger_leaf where object_id = $1 order by index',
    [connectionId],
  );
  const bodies = leaves.map(({ body }) => body.toString('utf8'));
  expect(bodies.filter((body) => body.includes('"matter-tags"')).length).toBe(6);
  expect(bodies.join()).not.toContain('Northwind');
});

async function callIdsOf(id: string): Promise<string[]> {
  const rows = await database.asOwner<{ call_id: string }>('select call_id from recording where id = $1', [
    id,
  ]);
  return rows.map((row) => row.call_id);
}
