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
import { configurationDiff, configurationPage } from '../../schemas/configuration.ts';
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
/** Made from the version that stands. */
const made = async (levels: object | null, reason = 'Nights are staffed.') => ({
  levels,
  reason,
  version: (await read()).version,
});
const set = async (levels: object | null) =>
  officer.read(standingLevels, PATH, { method: 'POST', body: await made(levels) });
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
    expect(product).toMatchObject({ own: false, version: 0 });
    expect(product.levels.high.map(({ afterMinutes }) => afterMinutes)).toEqual([0, 60, 240]);
    const own = await set(withHigh([{ afterMinutes: 5, ...officers, people: [officer.userId] }]));
    expect(own).toMatchObject({ own: true, names: { [officer.userId]: officer.name } });
    expect(await read()).toEqual(own);
    expect(await set(null)).toEqual({ ...product, version: 2 });
  });

  test('change from the version that was looked at alone, so that of two at once the second is told and nothing is lost', async () => {
    const { version } = await set(withHigh([{ afterMinutes: 5, ...officers }]));
    const both = await Promise.all(
      [6, 7].map((afterMinutes) =>
        post({ levels: withHigh([{ afterMinutes, ...officers }]), version, reason: 'At the same time.' }),
      ),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const standing = await read();
    expect(standing.version).toBe(version + 1);
    expect(await set(standing.levels)).toEqual(standing);
    const late = { levels: null, version, reason: 'Looked at long ago.' };
    expect(await readProblem(post(late), 409)).toMatchObject({
      field: '/body/version',
      detail: expect.stringContaining(`at version ${version + 1}`),
    });
    expect(await read()).toEqual(standing);
  });

  test('keep what they were before, with who, when and why, and take it again', async () => {
    const first = await set(withHigh([{ afterMinutes: 11, ...officers }]));
    const second = await set(withHigh([{ afterMinutes: 12, ...officers }]));
    const query = 'kind=incident-levels&objectId=levels';
    const { items } = await officer.read(configurationPage, `/api/v1/configuration?${query}`);
    expect(items[0]).toMatchObject({
      version: String(second.version),
      by: officer.name,
      note: 'Nights are staffed.',
      state: 'current',
    });
    expect(items[1]).toMatchObject({ version: String(first.version), state: 'former' });
    const { content, changes } = await officer.read(
      configurationDiff,
      `/api/v1/configuration/diff?${query}&version=${first.version}`,
    );
    expect(content).toEqual(first.levels);
    expect(changes.map(({ path }) => path)).toContain('high');
    expect((await set(content)).levels).toEqual(first.levels);
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
      const problem = await readProblem(post(await made(withHigh(high))), 400);
      expect(problem).toMatchObject({ field: '/body/levels/high', detail: expect.stringMatching(why) });
    }
    await readProblem(post(await made(withHigh([]))), 400);
    await readProblem(post({ levels: null, version: standing.version }), 400);
    await readProblem(post({ levels: null, reason: 'why' }), 400);
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
    const problem = await readProblem(post(await made({ ...withHigh(later), low: left })), 400);
    expect(problem).toMatchObject({ field: '/body/levels/high' });
    await set({ ...withHigh(stays), low: left });
    await set(withHigh(stays));
    expect((await read()).names).toEqual({});
  });

  test('are changed by who manages incidents alone, each tenant its own, and both states are in the ledger', async () => {
    const engineer = await hub.signIn('engineer');
    await readProblem(post(await made(null), engineer), 403);
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
