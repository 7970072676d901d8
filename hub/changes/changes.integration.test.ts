import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openEvents, type OpenEvents } from '../../test/support/event-stream.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { changeEvent } from '../api/schemas/change.ts';
import { CHANGE_TOPICS } from './change-topics.ts';

let database: TestDatabase;
let hub: TestHub;
const open: OpenEvents[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
});
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

/** Listens from after what was done before: changes are told a moment later. */
async function listen(person: TestPerson, after?: string): Promise<OpenEvents> {
  while ((await database.asOwner('select from change_told')).length > 0);
  const events = await openEvents(hub.url, person.cookie, after);
  open.push(events);
  return events;
}

/** Something that is told as `holds`. */
async function openMatter(tenantId = database.tenantId): Promise<void> {
  await database.asOwner(
    "insert into matter (tenant_id, id, name, opened_at) values ($1, gen_random_uuid(), 'Inquiry ' || gen_random_uuid(), now())",
    [tenantId],
  );
}

describe('GET /changes', () => {
  test('tells what kind of thing has changed, and nothing of it', async () => {
    const officer = await hub.signIn('compliance_officer');
    const events = await listen(officer);
    expect(await events.next()).toMatchObject({ event: 'anew', topics: [] });
    await openMatter();
    expect(await events.next()).toMatchObject({ event: 'changed', topics: ['holds'] });
  });

  test('tells of a kind only those who may read such things', async () => {
    const engineer = await hub.signIn('engineer');
    const { topics } = await engineer.read(changeEvent, '/api/v1/changes');
    expect(topics).toEqual(expect.arrayContaining(['connections', 'live', 'approvals', 'sessions']));
    expect(topics).not.toContain('holds');
    const events = await listen(engineer);
    await events.next();
    await openMatter();
    await hub.signIn('engineer'); // begins a session, which everybody is told of
    const heard = await events.next();
    expect(heard.topics).not.toContain('holds');
  });

  test('tells nothing of another tenant', async () => {
    const other = await database.addTenant();
    const stranger = await hub.signIn('administrator', other);
    const events = await listen(stranger);
    await events.next();
    await openMatter();
    await openMatter(other);
    let heard = await events.next();
    while (!heard.topics.includes('holds')) heard = await events.next();
    expect(hub.services.changes.feed.changedSince(other, heard.id)).toEqual([]);
  });

  test('tells afterwards what somebody missed who was away for a moment', async () => {
    const officer = await hub.signIn('compliance_officer');
    const first = await listen(officer);
    const { id } = await first.next();
    await first.close();
    const witness = await listen(officer, id);
    await witness.next();
    await openMatter();
    await witness.until('holds');
    const again = await listen(officer, id);
    const missed = await again.next();
    expect(missed).toMatchObject({ event: 'on', topics: ['holds'] });
    const unknown = await listen(officer, id.replace(/^./, 'x'));
    expect(await unknown.next()).toMatchObject({ event: 'anew' });
  });

  test('ends with the session, and for whoever gets another role', async () => {
    const officer = await hub.signIn('compliance_officer');
    const auditor = await hub.signIn('auditor');
    const [ending, changing] = [await listen(officer), await listen(auditor)];
    await ending.next();
    await changing.next();
    await database.asOwner('update session set ended_at = now() where user_id = $1', [officer.userId]);
    await ending.ended();
    await database.asOwner("update app_user set role = 'engineer' where id = $1", [auditor.userId]);
    await changing.ended();
    await readProblem(officer.fetch('/api/v1/changes'), 401);
    expect((await auditor.fetch('/api/v1/changes')).status).toBe(200);
  });

  test('ends a session that ends by itself', async () => {
    const officer = await hub.signIn('compliance_officer');
    const events = await listen(officer);
    await events.next();
    await database.asOwner("update session set expires_at = now() + interval '300 ms' where user_id = $1", [
      officer.userId,
    ]);
    await events.ended();
  });

  test('is for people, and not for as many windows as somebody likes', async () => {
    await readProblem(hub.fetch('/api/v1/changes', { headers: { Accept: 'text/event-stream' } }), 401);
    const officer = await hub.signIn('compliance_officer');
    for (let window = 0; window < 10; window += 1) await (await listen(officer)).next();
    const refused = await listen(officer);
    expect(refused.status).toBe(429);
    await open[0]?.close();
    await officer.fetch('/api/v1/changes'); // the hub has seen the window close before it answers this, or does so soon
    let status = 429;
    while (status === 429) {
      const again = await listen(officer);
      status = again.status;
    }
    expect(status).toBe(200);
  });

  test('ends where the database does not tell any more, and goes on with a new connection', async () => {
    const officer = await hub.signIn('compliance_officer');
    const events = await listen(officer);
    const { id } = await events.next();
    await database.asOwner(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like '%holdfast_changed%' and pid <> pg_backend_pid()",
    );
    await events.ended();
    const again = await listen(officer, id);
    expect(await again.next()).toMatchObject({ event: 'anew' });
    await openMatter();
    await again.until('holds');
  });
});

test('The topics of the tables are those that the hub knows', async () => {
  const rows = await database.asOwner<{ topic: string }>(
    `select distinct convert_from(substring(tgargs from 1 for length(tgargs) - 1), 'UTF8') as topic
       from pg_trigger t join pg_proc p on p.oid = t.tgfoid where p.proname in ('tell_changed', 'tell_row_changed')`,
  );
  expect(rows.map(({ topic }) => topic).sort()).toEqual(Object.keys(CHANGE_TOPICS).sort());
});
