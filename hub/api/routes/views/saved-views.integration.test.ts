import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { savedView, type SavedView } from '../../schemas/saved-view.ts';

jest.setTimeout(60_000); // a database is made and people sign in

let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;
let lead: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  officer = await hub.signIn('compliance_officer');
  lead = await hub.signIn('supervisor');
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const post = (body: object, headers: Record<string, string> = {}) => ({ method: 'POST', body, headers });
const view = (name: string, more: object = {}) => ({
  list: 'recordings',
  name,
  search: { state: 'retained' },
  ...more,
});
const save = (person: TestPerson, body: object): Promise<SavedView> =>
  person.read(savedView, '/api/v1/views', post(body));
const seenBy = async (person: TestPerson): Promise<string[]> =>
  (await person.read(z.object({ items: z.array(savedView) }), '/api/v1/views')).items.map(({ name }) => name);

describe('a saved view', () => {
  test('is kept, renamed, replaced and removed by its owner, and nobody else sees it', async () => {
    const made = await save(lead, view('Mine', { search: { q: 'agnes', span: '7d' } }));
    expect(made).toMatchObject({ own: true, shared: false, default: false, owner: lead.name });
    expect(await seenBy(officer)).not.toContain('Mine');
    await readProblem(officer.fetch(`/api/v1/views/${made.id}`, post({ name: 'Theirs' })), 404);
    await readProblem(officer.fetch(`/api/v1/views/${made.id}`, { method: 'DELETE' }), 404);
    const path = `/api/v1/views/${made.id}`;
    expect(await lead.read(savedView, path, post({ name: 'Renamed' }))).toMatchObject({
      name: 'Renamed',
      search: { q: 'agnes', span: '7d' },
    });
    expect(await lead.read(savedView, path, post({ search: { held: 'true' } }))).toMatchObject({
      name: 'Renamed',
      search: { held: 'true' },
    });
    expect((await lead.fetch(path, { method: 'DELETE' })).status).toBe(200);
    expect(await seenBy(lead)).toEqual([]);
  });

  test('sent twice under one key is one view; a name that is taken is refused', async () => {
    const request = post(view('Once'), { 'Idempotency-Key': 'the-same-view' });
    const first = await officer.read(savedView, '/api/v1/views', request);
    expect(await officer.read(savedView, '/api/v1/views', request)).toEqual(first);
    const problem = await readProblem(officer.fetch('/api/v1/views', post(view('ONCE'))), 409);
    expect(problem.field).toBe('/body/name');
    expect((await save(lead, view('Once'))).own).toBe(true); // names are each person's own
  });

  test('is shared by those who may, seen by all, and changed only by those who may share', async () => {
    await readProblem(lead.fetch('/api/v1/views', post(view('Loud', { shared: true }))), 403);
    const own = await save(lead, view('Quiet'));
    await readProblem(lead.fetch(`/api/v1/views/${own.id}`, post({ shared: true })), 403);
    const shared = await save(officer, view('For all', { shared: true }));
    expect(await seenBy(lead)).toContain('For all');
    await readProblem(lead.fetch(`/api/v1/views/${shared.id}`, post({ search: {} })), 403);
    await readProblem(lead.fetch(`/api/v1/views/${shared.id}`, { method: 'DELETE' }), 403);
    const other = await hub.signIn('administrator');
    expect(await other.read(savedView, `/api/v1/views/${shared.id}`, post({ name: 'For us' }))).toMatchObject(
      {
        own: false,
        owner: officer.name,
      },
    );
  });

  test('opens the list of whoever chose it, until it is removed or not shared any more', async () => {
    const shared = await save(officer, view('Default', { shared: true }));
    const choose = (person: TestPerson, viewId: string | null) =>
      person.fetch('/api/v1/views/default', post({ list: 'recordings', viewId }));
    const defaultOf = async (person: TestPerson) =>
      (await person.read(z.object({ items: z.array(savedView) }), '/api/v1/views')).items
        .filter((each) => each.default)
        .map(({ id }) => id);
    await choose(lead, shared.id);
    await choose(officer, shared.id);
    expect(await defaultOf(lead)).toEqual([shared.id]);
    await officer.read(savedView, `/api/v1/views/${shared.id}`, post({ shared: false }));
    expect(await defaultOf(lead)).toEqual([]);
    expect(await defaultOf(officer)).toEqual([shared.id]);
    await readProblem(choose(lead, shared.id), 404);
    await choose(officer, null);
    expect(await defaultOf(officer)).toEqual([]);
    await choose(officer, shared.id);
    expect((await officer.fetch(`/api/v1/views/${shared.id}`, { method: 'DELETE' })).status).toBe(200);
    expect(await defaultOf(officer)).toEqual([]);
  });

  test('keeps filters that the list knows, and nothing else', async () => {
    await readProblem(
      officer.fetch('/api/v1/views', post(view('Odd', { search: { tenant: 'other' } }))),
      400,
    );
    await readProblem(officer.fetch('/api/v1/views', post(view(' '))), 400);
  });
});
