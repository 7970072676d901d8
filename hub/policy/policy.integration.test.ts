import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { activateRules } from '../../activities/policy/activate-rules.ts';
import { noteRecomputed, recomputeDates } from '../../activities/policy/recompute-dates.ts';
import {
  loadBundledPacks,
  signRulePack,
  type TrustedKey,
} from '../../recorder-core/policy/rule-pack-file.ts';
import type { RulePack } from '../../recorder-core/policy/rule-pack.ts';
import { NO_POLICY } from '../../recorder-core/policy/rulebook.ts';
import type { TenantPolicy } from '../../recorder-core/policy/tenant-policy.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { insertRecording, readRecording, type Recording } from '../../recorder-core/records/recordings.ts';
import { RulePacks } from '../../recorder-core/records/rule-packs.ts';
import { searchLeaves } from '../../recorder-core/records/search-leaves.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { insertUser, type User } from '../../recorder-core/records/users.ts';
import { recordingRow } from '../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { decideApproval } from '../approvals/decide-approval.ts';
import { explainRecording } from './explain-recording.ts';
import { loadPack } from './load-pack.ts';
import { measureEffect } from './measure-effect.ts';
import type { RulesAsking } from './note-rules.ts';
import { proposePack } from './propose-pack.ts';
import { proposePolicy } from './propose-policy.ts';
import { classifyRecording, reportTrigger } from './report-facts.ts';
import { ON_THE_MACHINE } from '../identity/circumstances.ts';

const own = generateKeyPairSync('ed25519');
const NOW = new Date('2026-11-26T12:00:00.000Z');
const ENDED = '2026-11-01T09:00:00.000Z';
let database: TestDatabase;
let packs: RulePacks;
let people: Record<'counsel' | 'officer', User>;
let base: { readonly text: string; readonly digest: string };

beforeAll(async () => {
  database = await openTestDatabase();
  const bundled = await loadBundledPacks();
  const key: TrustedKey = {
    id: 'counsel-1',
    publicKeyPem: own.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
  packs = new RulePacks(bundled.packs, [...bundled.keys, key]);
  base = { text: bundled.packs.at(-1)!.bytes.toString('utf8'), digest: packs.bundled.digest };
  const person = async (role: string): Promise<User> => {
    const user = { id: randomUUID(), name: `Person ${randomUUID()}`, role } as User;
    await inTenant((tx) => insertUser(tx, database.tenantId, user));
    return user;
  };
  people = { counsel: await person('compliance_officer'), officer: await person('compliance_officer') };
});
afterAll(() => database.close());

const ids = (at: Date) => newId(at.getTime());
const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
const as = (person: User, now = NOW): RulesAsking => ({
  db: database.db,
  tenantId: database.tenantId,
  person,
  now,
  newId: ids,
  packs,
  circumstances: ON_THE_MACHINE,
});
const worker = () => ({ db: database.db, now: () => NOW, newId: ids, packs });

function signed(change: (pack: RulePack) => void) {
  const pack = JSON.parse(base.text) as RulePack;
  change(pack);
  const bytes = Buffer.from(JSON.stringify(pack));
  return { bytes, signature: signRulePack(bytes, own.privateKey, 'counsel-1') };
}

/** A pack that keeps business calls for two years. */
const longer = (version = '2027-01') =>
  signed((pack) => {
    (pack as { version: string }).version = version;
    const rule = pack.retention.find(({ id }) => id === 'retention/default-business-call')!;
    pack.retention.push({ ...rule, id: 'retention/own-floor', kind: 'floor', period: 'P2Y' });
  });

/** A recording that is kept, with the date that the rules in force give it. */
async function kept(change: { retentionClass?: string; places?: string[] } = {}): Promise<string> {
  const { places = ['DE'], ...rest } = change;
  const row = recordingRow({ endedAt: ENDED, ...rest });
  await inTenant((tx) =>
    insertRecording(tx, database.tenantId, { ...row, consent: { ...row.consent, places } }),
  );
  await database.asOwner(`update recording set state = 'retained' where id = $1`, [row.id]);
  await recompute();
  return row.id;
}
const read = (id: string): Promise<Recording> => inTenant(async (tx) => (await readRecording(tx, id))!);
const dateOf = async (id: string) => (await read(id)).retainUntil;

async function agree(approvalId: string, kind: 'rule-pack' | 'tenant-policy', subjectId: string) {
  await inTenant((tx) =>
    decideApproval(tx, as(people.officer), approvalId, { verb: 'approve', remark: null }),
  );
  const change = { tenantId: database.tenantId, approvalId, kind, subjectId };
  await activateRules(worker())(change);
  return change;
}
/** Under an approval that nobody else asks about, where none is named. */
const recompute = (approvalId: string = randomUUID()) =>
  recomputeDates(worker())({ tenantId: database.tenantId, approvalId, after: null, limit: 500 });

describe('a rule pack', () => {
  test('decides nothing before a second person has agreed, then everything, and no promised date comes earlier by going back', async () => {
    const id = await kept();
    expect(await dateOf(id)).toBe('2027-04-30T09:00:00.000Z');
    const { digest } = await inTenant((tx) => loadPack(tx, as(people.counsel), longer()));
    expect((await inTenant((tx) => packs.current(tx))).pack.digest).toBe(base.digest);
    const { approvalId } = await inTenant((tx) =>
      proposePack(tx, as(people.counsel), { digest, rollback: false, reason: 'Counsel has reviewed it.' }),
    );
    const early = { tenantId: database.tenantId, approvalId, kind: 'rule-pack', subjectId: digest } as const;
    await expect(activateRules(worker())(early)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(
      inTenant((tx) => decideApproval(tx, as(people.counsel), approvalId, { verb: 'approve', remark: null })),
    ).rejects.toMatchObject({ code: 'forbidden' });
    const change = await agree(approvalId, 'rule-pack', digest);
    expect((await inTenant((tx) => packs.current(tx))).pack.digest).toBe(digest);
    const pages = await Promise.all([recompute(approvalId), recompute(approvalId)]); // as where a lost worker still works
    expect([...pages, await recompute(approvalId)]).toEqual(
      Array(3).fill(expect.objectContaining({ moved: 1 })),
    );
    expect(await dateOf(id)).toBe('2028-11-01T09:00:00.000Z');
    const note = () => noteRecomputed(worker())({ ...change, decided: 1, moved: 1 });
    await Promise.all([note(), note()]); // as after a worker that was killed before it could answer
    const leaves = await inTenant((tx) => readLeavesAbout(tx, digest));
    expect(leaves.filter(({ act }) => act === 'retention.recomputed')).toHaveLength(1);

    await expect(
      inTenant((tx) =>
        proposePack(tx, as(people.counsel), { digest: base.digest, rollback: false, reason: 'x' }),
      ),
    ).rejects.toThrow('ask for a rollback');
    const back = await inTenant((tx) =>
      proposePack(tx, as(people.counsel), {
        digest: base.digest,
        rollback: true,
        reason: 'It was too long.',
      }),
    );
    await agree(back.approvalId, 'rule-pack', base.digest);
    await activateRules(worker())(change); // the first one again, after its answer was lost
    expect((await inTenant((tx) => packs.current(tx))).pack.digest).toBe(base.digest);
    expect(await recompute()).toMatchObject({ moved: 0 });
    expect(await dateOf(id)).toBe('2028-11-01T09:00:00.000Z');
    const answer = await inTenant(async (tx) =>
      explainRecording(tx, packs, database.tenantId, await read(id), {
        packDigest: digest,
        at: NOW.toISOString(),
      }),
    );
    expect(answer.then.decision.rules.map((rule) => rule.id)).toContain('retention/own-floor');
    const acts = await inTenant((tx) => searchLeaves(tx, { objectId: digest, limit: 10 } as never));
    expect(JSON.stringify(acts)).toContain('pack.activated');
  });

  test.each([
    [
      'whose signature does not fit',
      () => ({ ...longer('2027-02'), bytes: Buffer.from(base.text) }),
      'was changed after signing',
    ],
    [
      'of a key nobody trusts',
      () => ({ ...longer('2027-02'), signature: longer().signature.replace('counsel-1', 'stranger') }),
      'not trusted here',
    ],
    [
      'with two rows for one case',
      () =>
        signed((pack) => pack.requestClocks.push({ ...pack.requestClocks[1]!, id: 'request-clock/again' })),
      'two clocks overlap',
    ],
    [
      'of another content under a known version',
      () => signed((pack) => void (pack.asOf = '2026-11-27')),
      'Another pack',
    ],
    [
      'that is far too large',
      () => ({ bytes: Buffer.alloc(5 * 1024 * 1024, 32), signature: 'none' }),
      'larger than 4 MiB',
    ],
  ])('%s is not taken in', async (_, made, sentence) => {
    await inTenant((tx) => loadPack(tx, as(people.counsel), packs.bundles.at(-1)!));
    await expect(inTenant((tx) => loadPack(tx, as(people.counsel), made()))).rejects.toThrow(sentence);
  });

  test('that was changed in the database decides nothing any more', async () => {
    const { digest } = await inTenant((tx) => loadPack(tx, as(people.counsel), longer('2027-03')));
    await database.asOwner(`update rule_pack set bytes = bytes || ' '::bytea where digest = $1`, [digest]);
    const afresh = new RulePacks(packs.bundles, packs.keys);
    await expect(inTenant((tx) => afresh.byDigest(tx, digest))).rejects.toMatchObject({
      code: 'integrity_failed',
    });
  });
});

describe("a tenant's own policy", () => {
  const policy = (change: Partial<TenantPolicy>): TenantPolicy => ({ ...NO_POLICY, ...change });

  test('comes into force by a second person, keeps longer, and gives classes their rules', async () => {
    const body = policy({
      retention: [
        {
          id: 'tenant/keep',
          kind: 'floor',
          scope: { classes: ['desk'] },
          trigger: 'captureEnd',
          period: 'P1Y',
          zone: 'UTC',
        },
      ],
      classes: [{ id: 'tenant/desk', when: { classes: ['desk'] }, add: ['mifid2'] }],
    });
    const made = await inTenant((tx) =>
      proposePolicy(tx, as(people.counsel), { body, reason: 'Trading desk.' }),
    );
    const id = await kept({ retentionClass: 'desk' });
    await agree(made.approvalId, 'tenant-policy', String(made.version));
    await recompute();
    expect(await dateOf(id)).toBe('2031-11-01T09:00:00.000Z');
    expect((await read(id)).retention).toMatchObject({ policyVersion: made.version });
  });

  test('that would keep what the law wants gone is refused before anybody is asked', async () => {
    const body = policy({
      retention: [
        {
          id: 'tenant/long',
          kind: 'floor',
          scope: { classes: ['training'] },
          trigger: 'captureEnd',
          period: 'P2Y',
          zone: 'UTC',
        },
      ],
    });
    await expect(
      inTenant((tx) => proposePolicy(tx, as(people.counsel), { body, reason: 'We like them.' })),
    ).rejects.toThrow('retention/cnil-call-audio');
  });
});

describe('what is reported of a recording', () => {
  test('a class adds its floor at once and is never taken away', async () => {
    const id = await kept();
    const made = await inTenant((tx) =>
      classifyRecording(tx, as(people.counsel), { recordingId: id, classes: ['mifid2'] }),
    );
    expect(made.retainUntil).toBe('2031-11-01T09:00:00.000Z');
    await inTenant((tx) =>
      classifyRecording(tx, as(people.counsel), { recordingId: id, classes: ['mifid2', 'x'] }),
    );
    expect((await read(id)).furtherClasses).toEqual(['mifid2', 'x']);
  });

  test('a class is not added while the recording is held, and is once it is released', async () => {
    const id = await kept();
    const hold = newId(NOW.getTime());
    await database.asOwner(
      "insert into hold (tenant_id, id, matter, reason, placed_by, placed_at) values ($1, $2, 'M-2', 'M-2', $2, now())",
      [database.tenantId, hold],
    );
    await database.asOwner('insert into hold_item values ($1, $2, $3)', [database.tenantId, hold, id]);
    const classify = (...classes: string[]) =>
      inTenant((tx) => classifyRecording(tx, as(people.counsel), { recordingId: id, classes }));
    const { retentionClass } = await read(id);
    await expect(classify('mifid2')).rejects.toMatchObject({ code: 'held' });
    expect((await classify(retentionClass)).recordingId).toBe(id);
    await database.asOwner('update hold set released_at = now(), released_by = id where id = $1', [hold]);
    await classify('mifid2');
    expect((await read(id)).furtherClasses).toEqual(['mifid2']);
  });

  test('what a new class leaves without a date is looked at again all the same', async () => {
    const id = await kept();
    const classified = await inTenant((tx) =>
      classifyRecording(tx, as(people.counsel), { recordingId: id, classes: ['cftc-swap'] }),
    );
    expect(classified.retainUntil).toBeNull();
    const due = await database.asOwner('select due_at from recording_retention where recording_id = $1', [
      id,
    ]);
    expect(due).toEqual([{ due_at: new Date(NOW.getTime() + 30 * 86_400_000) }]);
  });

  test('the end of a contract ends a floor that stood open, but a wrong report destroys nothing at once', async () => {
    const id = await kept({ retentionClass: 'cftc-swap' });
    expect(await dateOf(id)).toBeNull();
    const report = (at: string) =>
      inTenant((tx) =>
        reportTrigger(tx, as(people.counsel), { recordingId: id, trigger: 'contractEnd', at }),
      );
    await expect(report('2027-01-01T00:00:00.000Z')).rejects.toMatchObject({ code: 'invalid_input' });
    expect((await report('2010-01-01T00:00:00.000Z')).retainUntil).toBe('2027-04-30T09:00:00.000Z');
    const old = await kept({ retentionClass: 'cftc-swap' });
    await database.asOwner(`update recording set ended_at = '2020-01-01T00:00:00Z' where id = $1`, [old]);
    const made = await inTenant((tx) =>
      reportTrigger(tx, as(people.counsel), {
        recordingId: old,
        trigger: 'contractEnd',
        at: '2010-01-01T00:00:00.000Z',
      }),
    );
    expect(made.retainUntil).toBe('2026-12-26T12:00:00.000Z');
  });
});

describe('the simulator', () => {
  test('tells what would change if, and changes nothing', async () => {
    const id = await kept();
    const before = await read(id);
    const ask = (whatIf: object) =>
      inTenant((tx) =>
        explainRecording(tx, packs, database.tenantId, before, { at: NOW.toISOString(), ...whatIf }),
      );
    expect((await ask({ hold: 'placed' })).then.decision).toMatchObject({
      decision: 'RETAIN',
      retainUntil: null,
    });
    const later = await ask({ at: '2030-01-01T00:00:00.000Z' });
    expect(later.then.decision.decision).toBe('DISPOSE');
    expect((await ask({ classes: ['sec-17a-4-record'] })).changed).toEqual(['retention/sec-17a-4-a']);
    const erased = await ask({ request: { kind: 'erasure', state: 'approved' }, classes: ['mifid2'] });
    expect(erased.then.timeline.map(({ decision }) => decision)).toEqual(['RESTRICT', 'DISPOSE']);
    expect(await read(id)).toEqual(before);
  });

  test('counts over all recordings which dates would move, which way and by which rule', async () => {
    const { digest } = await inTenant((tx) => loadPack(tx, as(people.counsel), longer('2027-04')));
    const [before, pack] = await inTenant(async (tx) => [
      await packs.current(tx),
      (await packs.byDigest(tx, digest))!,
    ]);
    const effect = await measureEffect(inTenant, before, { ...before, pack }, { at: NOW.toISOString() });
    expect(effect.decided).toBe(effect.kept);
    expect(effect).toMatchObject({ earlier: 0, verdicts: {} });
    expect(effect.later).toBeGreaterThan(0);
    expect(effect.rules.map(({ id }) => id)).toEqual(['retention/own-floor']);
    expect(effect.rules[0]!.recordings).toBeGreaterThanOrEqual(effect.later); // a longer floor may stand beside it
    const back = await measureEffect(inTenant, { ...before, pack }, before, { at: NOW.toISOString() });
    expect(back).toMatchObject({ earlier: effect.later, later: 0 });
  });
});
