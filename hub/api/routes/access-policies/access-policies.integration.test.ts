import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import {
  listAccessPolicies,
  readPublishedPolicies,
} from '../../../../recorder-core/records/access-policies.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { searchLeaves } from '../../../../recorder-core/records/search-leaves.ts';
import { insertRecording } from '../../../../recorder-core/records/recordings.ts';
import { addRecordingRow, recordingRow } from '../../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { consumeApproval } from '../../../worker/approval-consumers.ts';
import {
  accessEffect,
  accessExplanation,
  accessPolicyDetail,
  accessPolicyVersion,
  askedPublishing,
  roleMatrixView,
  shippedAccessPolicies,
  textCheck,
} from '../../schemas/access-policy.ts';

/** Publishing starts no workflow. */
const NO_TEMPORAL = undefined as unknown as Parameters<typeof consumeApproval>[0];
const PATH = '/api/v1/access-policies';
const versions = z.object({ items: z.array(accessPolicyVersion) });
const saved = z.object({ version: z.int(), check: textCheck });

const COMPLAINTS = `@id("own/complaints")
@says("Auditors hear complaints.")
permit(principal in Role::"auditor", action == Action::"recording.play", resource is Recording)
when { resource has classification && resource.classification == "complaint" };`;
const EXAMPLE = {
  name: 'An auditor hears a complaint',
  person: { role: 'auditor' },
  act: 'recording.play',
  recording: { classification: 'complaint' },
  expect: 'allowed',
  by: 'own/complaints',
};
const LOCKOUT = `@id("own/no") @says("No.") forbid(principal, action == Action::"access-policy.manage", resource);`;

let database: TestDatabase;
let hub: TestHub;
let admin: TestPerson;
let officer: TestPerson;
let auditor: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  admin = await hub.signIn('administrator');
  officer = await hub.signIn('compliance_officer');
  auditor = await hub.signIn('auditor');
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const save = (body: object, person = admin) =>
  person.read(saved, PATH, { method: 'POST', body: { note: 'For complaints', text: COMPLAINTS, ...body } });
const ask = (version: number, person = admin) =>
  person.fetch(`${PATH}/${version}/publish`, { method: 'POST', body: { reason: 'Because' } });
const asked = async (version: number, person = admin) =>
  askedPublishing.parse(await (await ask(version, person)).json());
const read = (version: number) => admin.read(accessPolicyDetail, `${PATH}/${version}`);
const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
const published = () => inTenant(readPublishedPolicies);

/** The second person answers, and the consumer of the outbox acts on it, twice as it may. */
async function decide(
  { approvalId, version }: { readonly approvalId: string; readonly version: number },
  verb: 'approve' | 'refuse' = 'approve',
): Promise<void> {
  const path = `/api/v1/approvals/${approvalId}/${verb}`;
  const body = verb === 'refuse' ? { reason: 'Not now' } : {};
  const answer = await officer.fetch(path, { method: 'POST', body });
  expect([answer.ok, await answer.text()]).toEqual([true, expect.anything()]);
  const outcome = verb === 'approve' ? ('approved' as const) : ('refused' as const);
  const ended = { approvalId, kind: 'access-policy' as const, subjectId: String(version), outcome };
  for (let told = 0; told < 2; told += 1)
    await consumeApproval(NO_TEMPORAL, { ...ended, tenantId: database.tenantId }, database.db);
}

const actsOf = async (version: number) => {
  const search = { objectType: 'access_policy', objectId: String(version), limit: 10 };
  return (await inTenant((tx) => searchLeaves(tx, search))).map(({ act }) => act).reverse();
};

describe('the matrix of roles', () => {
  test('counts who has each role, and is for readers of policies', async () => {
    const { version, roles, acts } = await admin.read(roleMatrixView, '/api/v1/roles');
    expect(version).toBe(0);
    expect(roles.find(({ role }) => role === 'auditor')).toEqual({ role: 'auditor', people: 1 });
    const play = acts.find(({ act }) => act === 'recording.play')?.rights;
    expect([play?.administrator.may, play?.supervisor.may, play?.auditor.may]).toEqual([
      'all',
      'department',
      'nothing',
    ]);
    await readProblem((await hub.signIn('engineer')).fetch('/api/v1/roles'), 403);
  });
});

describe('access policies', () => {
  test('are drafted, asked about, published by a second person, and superseded by others', async () => {
    const { version, check } = await save({ examples: [EXAMPLE] });
    expect(check).toMatchObject({ faults: [], warnings: [], examples: [{ passed: true }] });
    expect(await read(version)).toMatchObject({ state: 'draft', note: 'For complaints', madeBy: admin.name });
    expect((await published()).version).toBe(0);

    const question = await asked(version);
    expect(await read(version)).toMatchObject({ state: 'asked' });
    await readProblem(ask(version), 409);
    await readProblem(
      admin.fetch(`/api/v1/approvals/${question.approvalId}/approve`, { method: 'POST', body: {} }),
      403,
    );
    await decide(question);
    expect(await published()).toEqual({ version, text: COMPLAINTS });
    expect(await read(version)).toMatchObject({ state: 'published', publishedBy: officer.name });
    expect(await actsOf(version)).toEqual([
      'access_policy.saved',
      'access_policy.asked',
      'access_policy.published',
    ]);
    await readProblem(ask(version), 409);

    const next = await save({ text: '// none any more' });
    await decide(await asked(next.version));
    expect((await published()).version).toBe(next.version);
    expect(await read(version)).toMatchObject({ state: 'superseded', supersededAt: expect.any(String) });
  });

  test('come back as a new version with the older text', async () => {
    const { version } = await save({ examples: [EXAMPLE] });
    await decide(await asked(version));
    await decide(await asked((await save({ text: '' })).version));
    const again = await asked(version);
    expect(again.version).toBeGreaterThan(version);
    await decide(again);
    expect(await published()).toEqual({ version: again.version, text: COMPLAINTS });
    expect(await read(again.version)).toMatchObject({
      repeats: version,
      note: 'Because',
      examples: [{ name: EXAMPLE.name }],
    });
  });

  test('are drafts again where the second person refuses', async () => {
    const before = await published();
    const { version } = await save({});
    await decide(await asked(version), 'refuse');
    expect(await read(version)).toMatchObject({ state: 'draft', publishedAt: null });
    expect(await published()).toEqual(before);
  });

  test('cannot be published by whoever made them, though another one asked', async () => {
    const maker = await hub.signIn('administrator');
    const { version } = await save({}, maker);
    const { approvalId } = await asked(version);
    const approve = { method: 'POST', body: {} };
    await readProblem(maker.fetch(`/api/v1/approvals/${approvalId}/approve`, approve), 403);
  });

  test('that others overtook are not published, and are drafts again', async () => {
    const [slow, quick] = [await save({}), await save({ text: '// quick' })];
    const waiting = await asked(slow.version);
    await decide(await asked(quick.version));
    await decide(waiting);
    expect((await published()).version).toBe(quick.version);
    expect(await read(slow.version)).toMatchObject({ state: 'draft' });
    expect((await actsOf(slow.version)).at(-1)).toBe('access_policy.refused');
  });

  test('may be kept with faults, and are not published with them', async () => {
    const { version, check } = await save({
      text: COMPLAINTS.replace('classification ==', 'clasification =='),
    });
    expect(check.faults).toEqual([
      { line: 4, policy: 'own/complaints', message: expect.stringContaining('clasification') },
    ]);
    const refused = await readProblem(ask(version), 400);
    expect([refused.field, refused.detail]).toEqual(['text', expect.stringContaining('line 4')]);
    expect(await read(version)).toMatchObject({ state: 'draft', check: { faults: [{ line: 4 }] } });
  });

  test('are not published where an example is not as it says', async () => {
    const { version, check } = await save({ text: '', examples: [EXAMPLE] });
    expect(check.examples).toMatchObject([
      { passed: false, difference: 'It is refused, by access/default-deny.' },
    ]);
    const refused = await readProblem(ask(version), 400);
    expect([refused.field, refused.detail]).toEqual(['examples', expect.stringContaining(EXAMPLE.name)]);
  });

  test('that would lock out everybody who could change them are refused', async () => {
    const { version } = await save({ text: LOCKOUT });
    expect((await readProblem(ask(version), 409)).detail).toContain('lock everybody out');
    expect(await read(version)).toMatchObject({ state: 'draft' });
  });

  test('show who would gain, over the recordings and people that are there', async () => {
    await inTenant(async (tx) => {
      for (const classification of ['complaint', 'complaint', 'hr'])
        await insertRecording(tx, database.tenantId, recordingRow({ classification }));
    });
    await decide(await asked((await save({ text: '' })).version));
    const effect = await auditor.read(accessEffect, `${PATH}/effect`, {
      method: 'POST',
      body: { text: COMPLAINTS },
    });
    expect(effect).toMatchObject({
      changes: [
        {
          change: 'gains',
          act: 'recording.play',
          about: 'recordings',
          rule: 'own/complaints',
          people: [{ id: auditor.userId, name: auditor.name }],
          recordings: 2,
          classes: [expect.stringContaining('complaint')],
        },
      ],
      acts: ['recording.play'],
      left: 0,
      recordings: { classes: 2, compared: 3, complete: true },
    });
    const body = { text: 'permit(' };
    await readProblem(auditor.fetch(`${PATH}/effect`, { method: 'POST', body }), 400);
  });

  test('are read by auditors, made by administrators only, and hidden from others', async () => {
    const engineer = await hub.signIn('engineer');
    const list = await auditor.read(versions, PATH);
    expect(list.items.length).toBe((await inTenant(listAccessPolicies)).length);
    const shipped = await auditor.read(shippedAccessPolicies, `${PATH}/shipped`);
    expect(shipped.policies.find(({ id }) => id === 'wall/hr')?.text).toContain('forbid');
    expect(shipped.schema).toContain('entity Recording');
    const found = await auditor.read(textCheck, `${PATH}/check`, {
      method: 'POST',
      body: { text: 'permit(' },
    });
    expect(found.faults).toMatchObject([{ line: 1 }]);
    const body = { text: '', note: 'Mine' };
    for (const person of [auditor, officer])
      await readProblem(person.fetch(PATH, { method: 'POST', body }), 403);
    for (const path of ['', '/1', '/shipped']) await readProblem(engineer.fetch(`${PATH}${path}`), 403);
  });

  test.each([
    ['a text with a NUL', { text: 'a\u0000' }],
    ['an example of no act', { examples: [{ ...EXAMPLE, act: 'recording.sing' }] }],
    ['no reason', { note: ' ' }],
  ])('with %s are refused and not kept', async (_, amiss) => {
    const before = await inTenant(listAccessPolicies);
    const body = { note: 'For complaints', text: COMPLAINTS, ...amiss };
    await readProblem(admin.fetch(PATH, { method: 'POST', body }), 400);
    expect(await inTenant(listAccessPolicies)).toEqual(before);
  });

  test("of one tenant are not another one's", async () => {
    const other = await hub.signIn('administrator', await database.addTenant());
    expect((await other.read(versions, PATH)).items).toEqual([]);
    await readProblem(other.fetch(`${PATH}/1`), 404);
  });

  test('have a text that the application cannot change', async () => {
    await expect(inTenant((tx) => tx.query("update access_policy set text = ''"))).rejects.toThrow(
      /permission denied/,
    );
    await expect(inTenant((tx) => tx.query('delete from access_policy'))).rejects.toThrow(
      /permission denied/,
    );
  });
});

describe('why somebody may not', () => {
  const why = (body: object, person = auditor) =>
    person.read(accessExplanation, `${PATH}/why`, { method: 'POST', body });
  const add = (change: Parameters<typeof recordingRow>[0]) =>
    addRecordingRow(database.db, database.tenantId, change);

  test('is told with the policies that forbid it, and whom to ask', async () => {
    const lead = await hub.signIn('supervisor');
    const recordingId = await add({ classification: 'hr', department: 'sales' });
    const answer = await why({ act: 'recording.play', recordingId }, lead);
    expect(answer).toMatchObject({
      person: { id: lead.userId, role: 'supervisor' },
      decision: { allowed: false, rule: 'wall/hr', policies: [{ id: 'wall/hr', effect: 'forbid' }] },
      ask: [expect.stringContaining('group hr'), expect.stringContaining(admin.name)],
    });
  });

  test('is told by what came near where no policy allows it', async () => {
    const lead = await hub.signIn('supervisor');
    await database.asOwner("update app_user set department = 'sales' where id = $1", [lead.userId]);
    const recordingId = await add({ department: 'support' });
    const { decision, nearMisses, ask } = await why({ act: 'recording.play', recordingId }, lead);
    expect(decision.rule).toBe('access/default-deny');
    const miss = nearMisses.find(({ id }) => id === 'access/supervisor/recording.play');
    expect(miss?.parts.filter(({ holds }) => !holds)).toEqual([
      { text: 'resource.department == principal.department', holds: false },
    ]);
    expect(ask[0]).toContain('administrator, compliance officer, supervisor');
    const own = await why({ act: 'recording.play', recordingId: await add({ department: 'sales' }) }, lead);
    expect(own).toMatchObject({ decision: { allowed: true }, nearMisses: [], ask: [] });
  });

  test('is told of a proof of presence that is too old, at another time and for other circumstances', async () => {
    const { decision } = await why({ act: 'hold.release', stepUpAgeSeconds: 301 }, officer);
    expect(decision).toMatchObject({
      allowed: false,
      policies: [{ id: 'step-up/hold.release', stepUpSeconds: 300 }],
    });
    expect((await why({ act: 'hold.release', stepUpAgeSeconds: 0 }, officer)).decision.allowed).toBe(true);
    const recordingId = await add({ region: 'eu-central' });
    const transfer = { act: 'recording.play', recordingId, region: 'us-east' };
    expect((await why(transfer, officer)).decision.rule).toBe('residency/transfer');
    const grounded = await why({ ...transfer, purpose: 'transfer/court-order' }, officer);
    expect(grounded.decision.allowed).toBe(true);
    const at = '2030-01-01T00:00:00.000Z';
    expect(await why({ act: 'recording.list', at }, officer)).toMatchObject({
      at,
      decision: { allowed: true },
    });
  });

  test('of others is told to those who may read the policies', async () => {
    const engineer = await hub.signIn('engineer');
    const asked = { act: 'recording.play', personId: engineer.userId };
    expect((await why(asked, auditor)).person.name).toBe(engineer.name);
    const body = { ...asked, personId: auditor.userId };
    await readProblem(engineer.fetch(`${PATH}/why`, { method: 'POST', body }), 403);
    const nobody = { ...asked, personId: '00000000-0000-7000-8000-000000000000' };
    await readProblem(auditor.fetch(`${PATH}/why`, { method: 'POST', body: nobody }), 404);
  });

  test('does not tell of a recording that is hidden from who asks', async () => {
    const hidden = await add({ classification: 'interception' });
    const missing = '00000000-0000-7000-8000-000000000000';
    const problems = await Promise.all(
      [hidden, missing].map((recordingId) => {
        const body = { act: 'recording.list', recordingId };
        return readProblem(admin.fetch(`${PATH}/why`, { method: 'POST', body }), 404);
      }),
    );
    expect(problems[0]?.detail).toBe(problems[1]?.detail);
  });
});
