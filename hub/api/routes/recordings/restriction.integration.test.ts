import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parseLeaf } from '../../../../recorder-core/ledger/leaf.ts';
import { liftRestriction, restrictRecording } from '../../../../recorder-core/records/restrictions.ts';
import { readLeavesAbout } from '../../../../recorder-core/records/stored-leaves.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { recordCall } from '../../../../test/support/test-recording.ts';
import { recordingDetail, recordingPage } from '../../schemas/recording.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

let database: TestDatabase;
let hub: TestHub;
let id: string;
let officer: TestPerson;
let administrator: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  ({ id } = await recordCall(hub, { ms: 400 }));
  officer = await hub.signIn('compliance_officer');
  administrator = await hub.signIn('administrator');
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const ground = {
  id: 'retention',
  why: 'An erasure was asked for, and a floor keeps this recording.',
  rules: ['retention/mifid2-art76'],
  purposes: ['legal-obligation' as const],
};
const restricting = () => ({ ...hub.services, tenantId: database.tenantId, now: new Date() });
const restrict = () =>
  database.db.forTenant(database.tenantId, (tx) => restrictRecording(tx, id, ground, restricting()));
const lift = () =>
  database.db.forTenant(database.tenantId, (tx) => liftRestriction(tx, id, ground.id, restricting()));
const leaves = async () =>
  (await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, id))).map(({ body }) =>
    parseLeaf(body),
  );

describe('a recording whose use is restricted', () => {
  test('is restricted once, told to the connected systems, and entered', async () => {
    expect(await restrict()).toBe(true);
    expect(await restrict()).toBe(false);
    expect((await leaves()).filter(({ act }) => act === 'recording.restricted')).toMatchObject([
      { rules: ground.rules, facts: { ground: 'retention', purposes: ['legal-obligation'] } },
    ]);
    const told = await database.asOwner(
      "select topic from outbox where topic = 'recording.changed' and payload ->> 'recordingId' = $1",
      [id],
    );
    expect(told).toHaveLength(2); // that it was retained, and this
  });

  test.each(['audio', 'waveform', 'timeline'])(
    'is refused without a purpose, for another one and to other roles: %s',
    async (what) => {
      const path = `/api/v1/recordings/${id}/${what}`;
      const refused = await readProblem(officer.fetch(path), 403);
      expect(refused.detail).toMatch(/retention\/mifid2-art76.*restriction\/no-purpose.*legal-obligation/);
      await readProblem(officer.fetch(`${path}?purpose=legal-claim`), 403);
      const odd = await readProblem(officer.fetch(`${path}?purpose=curiosity`), 403);
      expect(odd.policies?.map((policy) => policy.id)).toEqual(['restriction/other-purpose']);
      const other = await readProblem(administrator.fetch(`${path}?purpose=legal-obligation`), 403);
      expect(other.detail).toMatch(/restriction\/role.*compliance officer/);
      const entered = (await leaves())
        .filter(({ act }) => act === 'access.refused')
        .map(({ rules }) => rules);
      expect(entered.slice(-4)).toEqual([
        ['restriction/no-purpose'],
        ['restriction/other-purpose'],
        ['restriction/other-purpose'],
        ['restriction/role'],
      ]);
    },
  );

  test('is played to an officer for an open purpose, which stands in the leaf', async () => {
    const answer = await officer.fetch(`/api/v1/recordings/${id}/audio?purpose=legal-obligation`);
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    expect((await leaves()).findLast(({ act }) => act === 'recording.played')?.facts).toMatchObject({
      purpose: 'legal-obligation',
    });
  });

  test('is listed and shown to others without who spoke, and says why', async () => {
    for (const [person, shown] of [
      [officer, 2],
      [await hub.signIn('auditor'), 2],
      [administrator, 0],
    ] as const) {
      const detail = await person.read(recordingDetail, `/api/v1/recordings/${id}`);
      expect(detail.parties).toHaveLength(shown);
      expect(detail).toMatchObject({
        restricted: true,
        restriction: { purposes: ['legal-obligation'], grounds: [{ id: 'retention', why: ground.why }] },
      });
      const { items } = await person.read(recordingPage, '/api/v1/recordings?restricted=true');
      expect(items.map(({ parties }) => parties.length)).toEqual([shown]);
    }
    const { items } = await officer.read(recordingPage, '/api/v1/recordings?restricted=false');
    expect(items).toEqual([]);
  });

  test('is exported by an officer for an open purpose only, and a refusal is entered', async () => {
    const order = (restrictedPurpose?: string) => ({
      method: 'POST',
      body: {
        recordingIds: [id],
        purpose: 'Answer to the authority',
        recipient: 'Authority',
        recipientKey: 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
        ...(restrictedPurpose !== undefined && { restrictedPurpose }),
      },
    });
    await readProblem(officer.fetch('/api/v1/exports', order()), 403);
    await readProblem(administrator.fetch('/api/v1/exports', order('legal-obligation')), 403);
    expect((await leaves()).findLast(({ act }) => act === 'access.refused')).toMatchObject({
      rules: ['restriction/role'],
      facts: { act: 'recording.export' },
    });
    const made = await officer.fetch('/api/v1/exports', order('legal-obligation'));
    expect([made.status, await made.json()]).toMatchObject([202, { restrictedPurpose: 'legal-obligation' }]);
  });

  test('is free again once the last ground was lifted', async () => {
    expect(await lift()).toBe(true);
    expect(await lift()).toBe(false);
    expect((await administrator.fetch(`/api/v1/recordings/${id}/audio`)).status).toBe(200);
    expect((await leaves()).some(({ act }) => act === 'restriction.lifted')).toBe(true);
  });
});
