import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { newId } from './ids.ts';
import { openIncident, type IncidentReport, type OpenedIncident } from './open-incident.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const now = new Date('2026-11-26T12:00:00.000Z');
const report = (change: Partial<IncidentReport> = {}): Promise<OpenedIncident> =>
  database.db.forTenant(database.tenantId, (tx) =>
    openIncident(tx, {
      tenantId: database.tenantId,
      key: 'ledger-alarm/log-shrank/witness-a',
      kind: 'ledger',
      severity: 'high',
      title: 'The log is shorter than a witness saw it.',
      detector: 'ledger-alarm',
      detectedAt: now,
      now,
      newId: (at) => newId(at.getTime()),
      ...change,
    }),
  );
const leavesOf = async (id: string) =>
  (
    await database.asOwner<{ body: Buffer }>(
      'select body from ledger_pending where object_id = $1 order by id',
      [id],
    )
  ).map(({ body }) => JSON.parse(body.toString()) as { act: string; facts: object });

describe('a report', () => {
  test('opens one incident however often and from however many places it comes', async () => {
    const reports = await Promise.all(Array.from({ length: 12 }, () => report()));
    expect(new Set(reports.map(({ id }) => id)).size).toBe(1);
    expect(reports.filter(({ opened }) => opened)).toHaveLength(1);
    const [{ id } = { id: '' }] = reports;
    expect(await database.asOwner('select occurrences, state from incident where id = $1', [id])).toEqual([
      { occurrences: 12, state: 'open' },
    ]);
    expect((await leavesOf(id)).map(({ act }) => act)).toEqual(['incident.opened']);
  });

  test('that is worse makes the incident worse and says so; one that is milder changes nothing', async () => {
    const { id } = await report({ key: 'worse', severity: 'medium' });
    await report({ key: 'worse', severity: 'low' });
    await report({ key: 'worse', severity: 'critical' });
    await report({ key: 'worse', severity: 'high' });
    expect(await leavesOf(id)).toMatchObject([
      { act: 'incident.opened', facts: { severity: 'medium' } },
      { act: 'incident.noted', facts: { severity: 'critical' } },
    ]);
  });

  test('under the key of a closed incident opens the one that follows it, and tenants never share one', async () => {
    const first = await report({ key: 'again' });
    await database.asOwner(
      "update incident set state = 'closed', closed_at = now(), post_mortem_at = now() where id = $1",
      [first.id],
    );
    const second = await report({ key: 'again' });
    expect(second.opened).toBe(true);
    expect(await database.asOwner('select follows from incident where id = $1', [second.id])).toEqual([
      { follows: first.id },
    ]);
    const other = await database.addTenant();
    await database.db.forTenant(other, async (tx) => {
      const { rows } = await tx.query('select 1 from incident');
      expect(rows).toEqual([]);
    });
  });

  test('keeps the words of whoever reported it out of the leaf', async () => {
    const { id } = await report({
      key: 'person/1',
      detector: 'person',
      description: 'Erika Mustermann sent a recording to the wrong address.',
      reportedBy: { id: newId(1), name: 'Officer Olga' },
    });
    const text = JSON.stringify(await leavesOf(id));
    expect(text).not.toMatch(/Mustermann|Olga/);
  });
});
