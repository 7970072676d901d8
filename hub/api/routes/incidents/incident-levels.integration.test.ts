import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addConnectionRow } from '../../../../test/support/connection-row.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { sequenceTenant } from '../../../../recorder-core/records/sequence-leaves.ts';
import { incidentDetail } from '../../schemas/incident.ts';
import { standingLevels, type StandingLevels } from '../../schemas/incident-levels.ts';

let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  officer = await hub.signIn('compliance_officer');
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const PATH = '/api/v1/incident-levels';
const read = (person = officer) => person.read(standingLevels, PATH);
const post = (body: object, person = officer) => person.fetch(PATH, { method: 'POST', body });
const set = (levels: object | null) =>
  officer.read(standingLevels, PATH, { method: 'POST', body: { levels, reason: 'Nights are staffed.' } });
/** The product's levels, but for one severity. */
const withHigh = (high: object[]) => ({
  critical: [{ afterMinutes: 0, roles: ['compliance_officer'] }],
  high,
  medium: [{ afterMinutes: 60, roles: ['administrator'] }],
  low: [{ afterMinutes: 120, roles: ['auditor'] }],
});
const officers = { roles: ['compliance_officer'] };

describe('levels of incidents over HTTP', () => {
  test('are those of the product until a tenant sets its own, and again when it takes them back', async () => {
    const product = await read();
    expect(product.own).toBe(false);
    expect(product.levels.high.map(({ afterMinutes }) => afterMinutes)).toEqual([0, 60, 240]);
    const own = await set(withHigh([{ afterMinutes: 5, ...officers, people: [officer.userId] }]));
    expect(own).toMatchObject({ own: true, names: { [officer.userId]: officer.name } });
    expect(await read()).toEqual(own);
    expect(await set(null)).toEqual(product);
  });

  test('hold for an incident that nobody has taken on, whose watch is told, and are shown with it by name', async () => {
    const pager = await addConnectionRow(database, {
      connector: 'webhook',
      name: 'Pager',
      config: { sends: ['ticket'] },
    });
    const { id, openedAt } = await officer.read(incidentDetail, '/api/v1/incidents', {
      method: 'POST',
      body: { kind: 'breach', severity: 'high', title: 'A call was played to the wrong person.' },
    });
    const toldOf = () =>
      database.asOwner(
        "select from outbox where topic = 'incident.changed' and payload ->> 'incidentId' = $1",
        [id],
      );
    const before = (await toldOf()).length;
    await set(
      withHigh([
        { afterMinutes: 5, people: [officer.userId] },
        { afterMinutes: 9, connections: [pager] },
      ]),
    );
    expect((await toldOf()).length).toBe(before + 1);
    const { calls } = await officer.read(incidentDetail, `/api/v1/incidents/${id}`);
    expect(calls).toMatchObject([
      { roles: [], people: [officer.name], connections: [], called: false },
      { people: [], connections: ['Pager'], called: false },
    ]);
    expect(Date.parse(calls[0]!.at) - Date.parse(openedAt)).toBe(5 * 60_000);
  });

  test('are refused where a level calls nobody, comes too early, or names who cannot be called, and nothing changes', async () => {
    const standing = await read();
    const draft = await addConnectionRow(database, {
      connector: 'webhook',
      state: 'draft',
      config: { sends: ['ticket'] },
    });
    const silent = await addConnectionRow(database, { connector: 'webhook', config: { sends: [] } });
    const stranger = await hub.signIn('compliance_officer', await database.addTenant());
    const refusals: [object[], RegExp][] = [
      [[{ afterMinutes: 0 }], /Level 1 calls nobody/],
      [
        [
          { afterMinutes: 9, ...officers },
          { afterMinutes: 9, ...officers },
        ],
        /Level 2 has to come later/,
      ],
      [[{ afterMinutes: 0, people: [stranger.userId] }], /not an active person/],
      [[{ afterMinutes: 0, connections: [draft] }], /not live or takes no tickets/],
      [[{ afterMinutes: 0, connections: [silent] }], /not live or takes no tickets/],
    ];
    for (const [high, why] of refusals) {
      const problem = await readProblem(post({ levels: withHigh(high), reason: 'why' }), 400);
      expect(problem).toMatchObject({ field: '/body/levels/high', detail: expect.stringMatching(why) });
    }
    await readProblem(post({ levels: withHigh([]), reason: 'why' }), 400);
    await readProblem(post({ levels: null }), 400);
    expect(await read()).toEqual(standing);
  });

  test('can be changed severity by severity once somebody who stands in two of them has left', async () => {
    const leaver = await hub.signIn('auditor');
    const [left, stays] = [
      [{ afterMinutes: 0, ...officers, people: [leaver.userId] }],
      [{ afterMinutes: 0, ...officers }],
    ];
    await set({ ...withHigh(left), low: left });
    await database.asOwner("update app_user set status = 'left' where id = $1", [leaver.userId]);
    const later = [{ afterMinutes: 1, ...officers, people: [leaver.userId] }];
    const problem = await readProblem(
      post({ levels: { ...withHigh(later), low: left }, reason: 'why' }),
      400,
    );
    expect(problem).toMatchObject({ field: '/body/levels/high' });
    await set({ ...withHigh(stays), low: left });
    await set(withHigh(stays));
    expect((await read()).names).toEqual({});
  });

  test('are changed by who manages incidents alone, each tenant its own, and both states are in the ledger', async () => {
    const engineer = await hub.signIn('engineer');
    await readProblem(post({ levels: null, reason: 'why' }, engineer), 403);
    const stranger = await hub.signIn('compliance_officer', await database.addTenant());
    expect((await read(stranger)).own).toBe(false);
    await set(withHigh([{ afterMinutes: 7, ...officers }]));
    await sequenceTenant(database.db, database.tenantId);
    const [leaf] = await database.asOwner<{
      facts: { before: StandingLevels['levels']; after: StandingLevels['levels'] };
    }>(
      `select convert_from(body, 'utf8')::jsonb -> 'facts' as facts from ledger_leaf
        where object_type = 'incident-levels' order by index desc limit 1`,
    );
    expect(leaf?.facts.after.high).toEqual([{ afterMinutes: 7, ...officers, people: [], connections: [] }]);
    expect(leaf?.facts.before.high).not.toEqual(leaf?.facts.after.high);
  });
});
