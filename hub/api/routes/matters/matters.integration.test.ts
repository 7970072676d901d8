import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { z } from 'zod';
import { advanceMatter } from '../../../../activities/holds/advance-matter.ts';
import { spreadHold } from '../../../../activities/holds/spread-hold.ts';
import { handOver, listOwnedBy } from '../../../../recorder-core/records/owned-things.ts';
import { insertParties } from '../../../../recorder-core/records/parties.ts';
import type { ActivityDependencies } from '../../../../activities/dependencies.ts';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  parseExactly,
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { approvalDetail } from '../../schemas/approval.ts';
import { hold } from '../../schemas/hold.ts';
import { custody } from '../../schemas/ledger.ts';
import {
  holdPreview,
  matterDetail,
  matterPage,
  matterSummary,
  noticeLink,
  release,
  releasePlan,
} from '../../schemas/matter.ts';
import { recordingDetail } from '../../schemas/recording.ts';

jest.setTimeout(60_000);
const DAY_MS = 86_400_000;
let database: TestDatabase;
let hub: TestHub;
let [asker, second]: TestPerson[] = [];
let deps: Pick<ActivityDependencies, 'db' | 'now' | 'newId' | 'journal' | 'packs'>;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  [asker, second] = [await hub.signIn('compliance_officer'), await hub.signIn('compliance_officer')];
  deps = { ...hub.services, now: () => new Date() };
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const post = async <S extends z.ZodType>(
  schema: S,
  path: string,
  body: object,
  status: number,
  person = asker!,
): Promise<z.output<S>> => {
  const response = await person.fetch(`/api/v1/${path}`, { method: 'POST', body });
  if (response.status !== status) throw new Error(`${response.status}: ${await response.text()}`);
  return parseExactly(schema, await response.json());
};
const read = (id: string) => asker!.read(matterDetail, `/api/v1/matters/${id}`);
const detail = (id: string) => asker!.read(recordingDetail, `/api/v1/recordings/${id}`);
const custodyOf = async (type: 'recordings', id: string) =>
  (await asker!.read(custody, `/api/v1/${type}/${id}/custody`)).entries
    .map(({ act }) => act)
    .filter((act) => act.startsWith('hold.'));
const advance = (matterId: string, at = new Date()) =>
  advanceMatter({ ...deps, now: () => at, clockOf: () => Promise.resolve(at) })({
    tenantId: database.tenantId,
    matterId,
  });
const agree = async (approvalId: string) => {
  const answer = await second!.fetch(`/api/v1/approvals/${approvalId}/approve`, { method: 'POST', body: {} });
  expect(answer.status).toBe(200);
};
const reason = { reason: 'The case was settled.' };
const named = (matter: string, rest: object) => ({ matter, reason: 'Litigation is expected.', ...rest });

async function addCall(name: string): Promise<string> {
  const id = await addRecordingRow(database.db, database.tenantId);
  const party = {
    id: randomUUID(),
    recordingId: id,
    ordinal: 0,
    name,
    address: `sip:${id}@host`,
    label: null,
  };
  await database.db.forTenant(database.tenantId, (tx) => insertParties(tx, database.tenantId, [party]));
  return id;
}

/** What the outbox would have started, to its end. */
async function spread(): Promise<void> {
  const rows = await database.asOwner<{ id: string }>('select id from hold_spread where done_at is null');
  for (const { id } of rows)
    for (;;) {
      const ref = { tenantId: database.tenantId, spreadId: id };
      if ((await spreadHold(deps as ActivityDependencies)(ref)).outcome === 'done') break;
    }
}

describe('a hold by query', () => {
  test('holds what is there and what comes later, tells each in its custody, and can be counted before', async () => {
    const before = await addCall('Konrad Kepler');
    const query = { names: ['kepler'] };
    expect(await post(holdPreview, 'holds/preview', { query }, 200)).toEqual({
      matches: 1,
      complete: true,
      looked: 1,
      heldAlready: 0,
      sample: [before],
    });
    const placed = await post(hold, 'holds', named('Kepler', { query }), 201);
    const later = await addCall('KEPLER, Konrad');
    const other = await addCall('Tycho Brahe');
    expect(await Promise.all([before, later, other].map(async (id) => (await detail(id)).held))).toEqual([
      true,
      true,
      false,
    ]);
    expect((await detail(later)).holds).toMatchObject([{ id: placed.id, matter: 'Kepler' }]);
    await spread();
    expect(await custodyOf('recordings', before)).toEqual(['hold.reached']);
    const matter = await read(placed.matterId);
    expect(matter).toMatchObject({ state: 'open', activeHolds: 1, progress: [{ done: true, told: 2 }] });
    await readProblem(
      asker!.fetch('/api/v1/holds', { method: 'POST', body: named('Kepler', { query: {} }) }),
      400,
    );
  });
});

describe('the end of a matter', () => {
  test('needs a second person and a grace; then it is closed and says who, when and why', async () => {
    const id = await addCall('Emmy Noether');
    const first = await post(hold, 'holds', named('Noether', { recordingIds: [id] }), 201);
    await post(hold, 'holds', named('noether', { query: { names: ['noether'] } }), 201);
    const other = await post(hold, 'holds', named('Another', { recordingIds: [id] }), 201);
    const { matterId } = first;
    const plan = await asker!.read(releasePlan, `/api/v1/matters/${matterId}/release-plan`);
    expect(plan).toMatchObject({ looked: 1, heldByOthers: 1, due: 0 });
    const asked = await post(release, `matters/${matterId}/release`, reason, 202);
    const question = await second!.read(approvalDetail, `/api/v1/approvals/${asked.approvalId}`);
    expect(question.about).toEqual({ type: 'matter', id: matterId });
    expect((await read(matterId)).history.at(-1)).toMatchObject({
      act: 'release.asked',
      actor: asker!.name,
      words: reason.reason,
    });
    expect(asked).toMatchObject({ state: 'asked', whole: true, askedBy: asker!.name });
    expect(asked.holdIds).toHaveLength(2);
    expect(
      await readProblem(
        second!.fetch(`/api/v1/matters/${matterId}/release`, { method: 'POST', body: reason }),
        409,
      ),
    ).toMatchObject({ code: 'conflict' });
    await readProblem(
      asker!.fetch(`/api/v1/approvals/${asked.approvalId}/approve`, { method: 'POST', body: {} }),
      403,
    );
    await advance(matterId);
    expect((await read(matterId)).holds.every(({ releasedAt }) => releasedAt === null)).toBe(true);

    await agree(asked.approvalId);
    const granted = await advance(matterId);
    await advance(matterId); // told twice
    const inGrace = await read(matterId);
    expect(inGrace).toMatchObject({
      state: 'releasing',
      activeHolds: 0,
      releases: [{ state: 'grace', grantedBy: second!.name }],
    });
    expect(granted.nextAt).toBe(inGrace.releases[0]!.graceEndsAt);
    expect((await custodyOf('recordings', id)).filter((act) => act === 'hold.released')).toHaveLength(1);
    expect(await detail(id)).toMatchObject({ held: true }); // by the other matter, which nobody touched

    await advance(matterId, new Date(Date.parse(granted.nextAt!) - 1));
    expect((await read(matterId)).state).toBe('releasing');
    expect(await advance(matterId, new Date(Date.parse(granted.nextAt!) + 1))).toMatchObject({ over: true });
    expect(await read(matterId)).toMatchObject({
      state: 'closed',
      openedBy: asker!.name,
      releases: [{ state: 'done', reason: reason.reason, askedBy: asker!.name, grantedBy: second!.name }],
    });
    expect((await detail(id)).holds.map(({ id: holdId }) => holdId)).toContain(other.id);
    expect((await read(other.matterId)).state).toBe('open');
  });

  test('is asked for and agreed to by two people at once, and happens once', async () => {
    const id = await addCall('Ida Noddack');
    const { matterId } = await post(hold, 'holds', named('Noddack', { recordingIds: [id] }), 201);
    const third = await hub.signIn('compliance_officer');
    const asks = await Promise.all(
      [asker!, third].map((person) =>
        person.fetch(`/api/v1/matters/${matterId}/release`, { method: 'POST', body: reason }),
      ),
    );
    expect(asks.map(({ status }) => status).sort()).toEqual([202, 409]);
    const [asked] = (await read(matterId)).releases;
    const agreed = await Promise.all(
      [second!, await hub.signIn('compliance_officer')].map((person) =>
        person.fetch(`/api/v1/approvals/${asked!.approvalId}/approve`, { method: 'POST', body: {} }),
      ),
    );
    expect(agreed.map(({ status }) => status).sort()).toEqual([200, 409]);
    await Promise.all([advance(matterId), advance(matterId)]);
    expect(await detail(id)).toMatchObject({ held: false });
    expect((await read(matterId)).releases).toMatchObject([{ state: 'grace' }]);
    expect(await custodyOf('recordings', id)).toEqual(['hold.placed', 'hold.released']);
  });

  test('is taken back in its grace as if it had never been asked for, and not after', async () => {
    const id = await addCall('Lise Meitner');
    const { matterId, id: holdId } = await post(
      hold,
      'holds',
      named('Meitner', { recordingIds: [id], query: { names: ['meitner'] } }),
      201,
    );
    const asked = await post(release, `matters/${matterId}/release`, reason, 202);
    await agree(asked.approvalId);
    const { nextAt } = await advance(matterId);
    expect(await detail(id)).toMatchObject({ held: false });
    const back = `matters/${matterId}/releases/${asked.id}/take-back`;
    expect(await post(release, back, { reason: 'An appeal.' }, 200, second)).toMatchObject({
      state: 'taken-back',
      endedBy: second!.name,
    });
    expect(await detail(id)).toMatchObject({ held: true });
    expect(await read(matterId)).toMatchObject({ state: 'open', holds: [{ id: holdId, releasedAt: null }] });
    await advance(matterId, new Date(Date.parse(nextAt!) + DAY_MS));
    expect(await detail(id)).toMatchObject({ held: true });
    await readProblem(asker!.fetch(`/api/v1/${back}`, { method: 'POST', body: reason }), 409);
    expect(await custodyOf('recordings', id)).toEqual(['hold.placed', 'hold.released', 'hold.restored']);
  });

  test('waits where it was refused, and a hold that is placed meanwhile is not part of it', async () => {
    const id = await addCall('Max Born');
    const { matterId } = await post(hold, 'holds', named('Born', { recordingIds: [id] }), 201);
    const refused = await post(release, `matters/${matterId}/release`, reason, 202);
    await second!.fetch(`/api/v1/approvals/${refused.approvalId}/refuse`, {
      method: 'POST',
      body: { reason: 'Too early.' },
    });
    await advance(matterId);
    expect(await read(matterId)).toMatchObject({
      state: 'open',
      activeHolds: 1,
      releases: [{ state: 'refused', endReason: 'Too early.' }],
    });
    const asked = await post(release, `matters/${matterId}/release`, reason, 202);
    const late = await post(hold, 'holds', named('Born', { recordingIds: [id] }), 201);
    await agree(asked.approvalId);
    const { nextAt } = await advance(matterId);
    await advance(matterId, new Date(Date.parse(nextAt!) + 1));
    const matter = await read(matterId);
    expect(matter).toMatchObject({ state: 'open', activeHolds: 1 });
    expect(matter.holds.find(({ releasedAt }) => releasedAt === null)).toMatchObject({ id: late.id });
    const page = await asker!.read(matterPage, '/api/v1/matters?state=open&limit=2');
    expect(page.items).toHaveLength(2);
  });
});

describe('who looks after a matter', () => {
  test('is whoever opened it until somebody takes over, and it stands among what a leaver hands over', async () => {
    const opened = await post(matterSummary, 'matters', { name: `Owned ${randomUUID()}`, tags: [] }, 201);
    expect(opened.owner).toMatchObject({ id: asker!.userId });
    const other = await hub.signIn('compliance_officer');
    const path = `/api/v1/matters/${opened.id}/take-over`;
    for (let n = 0; n < 2; n += 1)
      expect((await other.read(matterSummary, path, { method: 'POST' })).owner?.id).toBe(other.userId);
    const owned = await database.db.forTenant(database.tenantId, (tx) => listOwnedBy(tx, other.userId));
    expect(owned).toEqual([{ type: 'matter', id: opened.id, title: opened.name }]);
    await database.db.forTenant(database.tenantId, (tx) => handOver(tx, owned, null));
    expect((await read(opened.id)).owner).toBeNull();
    await readProblem(other.fetch(`/api/v1/matters/${randomUUID()}/take-over`, { method: 'POST' }), 404);
    const auditor = await hub.signIn('auditor');
    await readProblem(auditor.fetch(path, { method: 'POST' }), 403);
  });
});

describe('a custodian', () => {
  test('gets a link, reads what to keep without a session, and acknowledges it once', async () => {
    const matter = await post(matterSummary, 'matters', { name: 'Curie <b>', tags: ['mifid2'] }, 201);
    await readProblem(asker!.fetch('/api/v1/matters', { method: 'POST', body: { name: 'CURIE <B>' } }), 409);
    const wish = {
      name: 'Irène',
      instructions: 'Keep all notes.\nAlso <i>paper</i>.',
      remindDays: 3,
      mostReminders: 1,
      superior: 'Marie',
    };
    const { url } = await post(noticeLink, `matters/${matter.id}/notices`, wish, 201);
    const path = new URL(url).pathname;
    const page = await fetch(`${hub.url}${path}`);
    const text = await page.text();
    expect([
      page.status,
      text.includes('Keep all notes.'),
      text.includes('<i>'),
      text.includes('Curie &#60;b&#62;'),
    ]).toEqual([200, true, false, true]);

    const sentAt = Date.parse((await read(matter.id)).notices[0]!.sentAt);
    await advance(matter.id, new Date(sentAt + 3 * DAY_MS));
    await advance(matter.id, new Date(sentAt + 3 * DAY_MS));
    expect((await read(matter.id)).notices).toMatchObject([
      { reminders: 1, escalatedAt: null, acknowledgedAt: null },
    ]);
    await advance(matter.id, new Date(sentAt + 6 * DAY_MS));
    expect((await read(matter.id)).notices[0]!.escalatedAt).not.toBeNull();
    const pressed = await Promise.all([1, 2].map(() => fetch(`${hub.url}${path}`, { method: 'POST' })));
    expect(pressed.map(({ status }) => status)).toEqual([200, 200]);
    expect(await pressed[0]!.text()).toContain('You acknowledged this on');
    const leaves = await database.asOwner<{ act: string }>(
      "select convert_from(body, 'UTF8')::jsonb ->> 'act' as act from ledger_pending where convert_from(body, 'UTF8') like '%notice.acknowledged%'",
    );
    expect(leaves.length).toBeLessThanOrEqual(1);
    expect((await read(matter.id)).notices[0]!.acknowledgedAt).not.toBeNull();
    const other = path.replace(/.$/, path.endsWith('A') ? 'B' : 'A');
    expect((await fetch(`${hub.url}${other}`)).status).toBe(404);
    expect((await fetch(`${hub.url}/n/nothing`)).status).toBe(404);
  });
});
