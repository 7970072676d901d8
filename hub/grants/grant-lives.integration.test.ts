/**
 * Random lives of grants against a model: people ask, decide, lend, revoke, are suspended and come back, break the glass, and time
 * goes on, often to the very millisecond of a bound. After each step rows and policies must say the same as the model, for
 * everybody, every act, every recording and every purpose.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { advanceApproval } from '../../activities/approvals/advance-approval.ts';
import { authorize } from '../../recorder-core/authorization/authorize.ts';
import type { LiveGrant } from '../../recorder-core/authorization/grant-policy.ts';
import { shippedPolicies } from '../../recorder-core/authorization/policy-set.ts';
import { GRANTABLE_ACTS } from '../../recorder-core/policy/grant-state.ts';
import { makeHoldQuery } from '../../recorder-core/policy/hold-query.ts';
import { listApprovals } from '../../recorder-core/records/approvals.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { endOverdueGrants } from '../../recorder-core/records/end-grants.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { listReachingGrants, nextGrantEnd, readLiveGrants } from '../../recorder-core/records/live-grants.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { context, principal, recording as thing } from '../../test/support/access-questions.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import {
  endAllOf,
  IN_BOARD,
  isLive,
  isOpen,
  mayDecide,
  modelAllows,
  ROLES,
  WHO,
  type Model,
  type ModelGrant,
  type Who,
} from '../../test/support/grant-model.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { decideApproval } from '../approvals/decide-approval.ts';
import { delegate } from '../approvals/delegate.ts';
import { ON_THE_MACHINE } from '../identity/circumstances.ts';
import { askRoleChange } from '../people/ask-role-change.ts';
import { breakGlass } from './break-glass.ts';
import { requestGrant } from './request-grant.ts';
import { revokeGrant } from './revoke-grant.ts';
import { settleGrant } from './settle-grant.ts';

jest.setTimeout(120_000);

/** More with HOLDFAST_GRANT_RUNS. */
const RUNS = Number(process.env['HOLDFAST_GRANT_RUNS'] ?? 4);
const START = Date.parse('2026-11-27T12:00:00.000Z');
const DAY_MS = 86_400_000;
const ids = (at: Date) => newId(at.getTime());

const PURPOSES = ['complaint', 'audit', null] as const;

interface Real {
  readonly people: Readonly<Record<Who, string>>;
  now: number;
  /** Policies that were read before the last step, as a process may still have them. */
  readonly held: Map<Who, readonly LiveGrant[]>;
}

let database: TestDatabase;
let recordings: string[];
beforeAll(async () => {
  database = await openTestDatabase();
  const add = (region: string) => addRecordingRow(database.db, database.tenantId, { region });
  recordings = [await add('eu-central'), await add('eu-central'), await add('us-east')];
});
afterAll(() => database.close());

const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
const at = ({ now }: Real) => ({ tenantId: database.tenantId, now: new Date(now), newId: ids });
const as = (real: Real, who: Who) => ({
  ...at(real),
  db: database.db,
  person: { id: real.people[who], name: who, role: ROLES[who] },
});
/** Otto and uma decide; what they may hear is asked of the others. */
const ASKED: readonly Who[] = ['ann', 'ben', 'olga'];

/** Asks rows and policies the same, for everybody who may sign in. */
async function agree(model: Model, real: Real): Promise<void> {
  const now = new Date(model.now);
  for (const who of ASKED.filter((each) => model.status[each] === 'active')) {
    const id = real.people[who];
    const groups = IN_BOARD.includes(who) ? ['Board'] : [];
    const { grants, reaching, end } = await inTenant(async (tx) => ({
      grants: await readLiveGrants(tx, id, groups, now),
      reaching: [
        await listReachingGrants(tx, recordings[0]!, id, groups, now),
        await listReachingGrants(tx, recordings[1]!, id, groups, now),
        await listReachingGrants(tx, recordings[2]!, id, groups, now),
      ],
      end: await nextGrantEnd(tx, id, groups, now),
    }));
    const stale = (real.held.get(who) ?? []).filter(({ untilMs }) => untilMs <= model.now);
    real.held.set(who, grants);
    const theirs = model.grants.filter(
      (grant) =>
        isLive(grant, model.now) && (grant.to === who || (grant.to === 'board' && groups.length > 0)),
    );
    expect(end).toBe(theirs.length === 0 ? null : Math.min(...theirs.map(({ until }) => until)));
    for (const act of GRANTABLE_ACTS)
      for (const recording of [0, 1, 2])
        for (const purpose of PURPOSES) {
          const { allowed } = authorize(shippedPolicies(), [...grants, ...stale], {
            principal: principal({ id, role: 'none', groups, department: null }),
            act,
            thing: thing({ id: recordings[recording]!, grants: reaching[recording]! }),
            context: context({ nowMs: model.now, purpose, stepUpAgeMs: null }),
          });
          const asked = `${who} ${act} ${recording} for ${purpose} at ${now.toISOString()}`;
          expect(`${asked}: ${allowed}`).toBe(
            `${asked}: ${modelAllows(model, who, act, recording, purpose)}`,
          );
        }
  }
}

type Step = fc.AsyncCommand<Model, Real>;
/** A step that may happen where `can` says so; rows and policies are asked after it. */
function step(
  name: string,
  can: (model: Model) => boolean,
  run: (model: Model, real: Real) => Promise<void>,
): Step {
  return {
    check: can,
    run: async (model, real) => {
      await run(model, real);
      await agree(model, real);
    },
    toString: () => name,
  };
}

const who = fc.constantFrom(...WHO);
const active = (model: Model, person: Who) => model.status[person] === 'active';

/** The worker is told of what was decided, at once or at some time after it. */
async function settleAll(model: Model, real: Real): Promise<void> {
  for (const grant of model.grants) {
    const approvals = await inTenant((tx) => listApprovals(tx, { open: false, subjectId: grant.id }));
    for (const { id: approvalId, state } of approvals)
      if (state !== 'open')
        await settleGrant(
          database.db,
          { tenantId: database.tenantId, approvalId, subjectId: grant.id, outcome: state },
          at(real),
        );
    if (grant.state === 'requested' && grant.answer !== undefined)
      grant.state = grant.answer === 'approve' ? 'granted' : 'over';
  }
}

/** Somebody decides, where they may by the rules, and else is refused. */
async function decideOn(
  model: Model,
  real: Real,
  grant: ModelGrant,
  { person, verb }: { readonly person: Who; readonly verb: 'approve' | 'refuse' },
): Promise<void> {
  const answer = verb === 'approve' ? { verb, remark: null } : { verb, reason: 'No.' };
  const done = await inTenant(async (tx) => {
    const [question] = await listApprovals(tx, { open: true, subjectId: grant.id });
    // Agreeing asks for a proof of presence, which a command on the machine is not asked for.
    const asking = { ...as(real, person), circumstances: ON_THE_MACHINE };
    await decideApproval(tx, asking, question!.id, answer);
  }).then(
    () => true,
    () => false,
  );
  expect(`${person} ${verb} ${done}`).toBe(`${person} ${verb} ${mayDecide(model, grant, person)}`);
  if (done) grant.answer = verb;
}

const request = fc
  .record({
    by: who,
    to: fc.constantFrom<Who | 'board'>('ann', 'ben', 'olga', 'board'),
    acts: fc.subarray([...GRANTABLE_ACTS], { minLength: 1 }),
    reach: fc.oneof(fc.subarray([0, 1, 2], { minLength: 1 }), fc.constant('us-east' as const)),
    purpose: fc.constantFrom('complaint', 'audit'),
    wait: fc.constantFrom(0, 0, 1, 60_000),
    last: fc.constantFrom(2, 60_000, 8 * DAY_MS, 9 * DAY_MS),
    given: fc.constantFrom(true, true, false),
  })
  .map(({ by, to, acts, reach, purpose, wait, last, given }) =>
    step(
      `${by} asks for ${to}: ${acts.join()} of ${String(reach)} for ${purpose} in ${wait} for ${last}${given ? ', which otto decides' : ''}`,
      (model) => active(model, by) && (to === 'board' || active(model, to)),
      async (model, real) => {
        const [from, until] = [model.now + wait, model.now + wait + last];
        const id = await inTenant((tx) =>
          requestGrant(
            tx,
            as(real, by),
            { maxDays: 30 },
            {
              to: to === 'board' ? { group: 'Board' } : { person: real.people[to] },
              acts,
              purpose,
              scope:
                reach === 'us-east'
                  ? { kind: 'query', query: makeHoldQuery({ regions: ['us-east'] }) }
                  : { kind: 'recordings', ids: reach.map((each) => recordings[each]!) },
              from: new Date(from),
              until: new Date(until),
              reason: 'Because.',
            },
          ),
        );
        const reaches = reach === 'us-east' ? [2] : reach;
        const due = Math.min(until, model.now + 7 * DAY_MS);
        const grant: ModelGrant = {
          id,
          to,
          by,
          acts,
          reaches,
          purpose,
          from,
          until,
          due,
          state: 'requested',
          answer: undefined,
        };
        model.grants.push(grant);
        if (!given || !active(model, 'otto')) return;
        await decideOn(model, real, grant, { person: 'otto', verb: 'approve' });
        await settleAll(model, real);
      },
    ),
  );

const settle = fc.constant(step('answers are told', () => true, settleAll));

const decide = fc
  .record({
    which: fc.nat(9),
    person: fc.constantFrom<Who>('otto', 'olga', 'uma', 'uma', 'ann'),
    verb: fc.constantFrom('approve' as const, 'approve' as const, 'refuse' as const),
    told: fc.boolean(),
  })
  .map(({ which, person, verb, told }) =>
    step(
      `${person} would ${verb} ${which}${told ? ', which is told' : ''}`,
      (model) => active(model, person) && model.grants.some(isOpen),
      async (model, real) => {
        const open = model.grants.filter(isOpen);
        const grant = open[which % open.length]!;
        await decideOn(model, real, grant, { person, verb });
        if (told) await settleAll(model, real);
      },
    ),
  );

const revoke = fc.record({ which: fc.nat(9), person: who }).map(({ which, person }) =>
  step(
    `${person} revokes ${which}`,
    (model) => active(model, person) && model.grants.length > 0,
    async (model, real) => {
      const grant = model.grants[which % model.grants.length]!;
      const done = await inTenant((tx) => revokeGrant(tx, as(real, person), grant.id, 'Enough.')).then(
        () => true,
        () => false,
      );
      // Nothing has noted the end of what is over by time: then it is ended by hand, which changes nothing for anybody.
      if (grant.state !== 'over') expect(done || model.now >= grant.until).toBe(true);
      grant.state = 'over';
    },
  ),
);

const change = fc
  .record({
    person: who,
    operation: fc.constantFrom('suspend' as const, 'resume' as const, 'leave' as const),
  })
  .map(({ person, operation }) =>
    step(
      `${person}: ${operation}`,
      ({ status }) =>
        operation === 'resume'
          ? status[person] === 'suspended'
          : status[person] === 'active' && (operation === 'suspend' || person === 'ben'),
      async (model, real) => {
        await inTenant((tx) =>
          askRoleChange(
            tx,
            { ...at(real), by: null },
            {
              operation,
              person: { id: real.people[person] },
              wanted: {},
              occurredAt: new Date(real.now),
              reason: null,
            },
          ),
        );
        model.status[person] =
          operation === 'resume' ? 'active' : operation === 'suspend' ? 'suspended' : 'left';
        if (operation !== 'resume') endAllOf(model, person);
      },
    ),
  );

const lend = fc.constantFrom(60_000, DAY_MS, 8 * DAY_MS).map((ms) =>
  step(
    `olga lends uma her right for ${ms}`,
    (model) => active(model, 'olga') && active(model, 'uma') && model.now >= model.lentUntil,
    async (model, real) => {
      const [from, until] = [new Date(real.now), new Date(real.now + ms)];
      await inTenant((tx) =>
        delegate(tx, as(real, 'olga'), { to: real.people.uma, from, until, reason: 'Away' }),
      );
      model.lentUntil = real.now + ms;
    },
  ),
);

const glass = fc
  .record({ person: fc.constantFrom(...ASKED), minutes: fc.integer({ min: 1, max: 60 }) })
  .map(({ person, minutes }) =>
    step(
      `${person} breaks the glass for ${minutes} minutes`,
      (model) => active(model, person),
      async (model, real) => {
        const open = model.grants.some(
          (each) => each.purpose === null && each.to === person && isLive(each, model.now),
        );
        const made = await inTenant((tx) =>
          breakGlass(tx, as(real, person), { ticket: 'T-1', reason: 'Emergency', minutes }),
        ).catch(() => undefined);
        expect(made === undefined).toBe(open);
        if (made === undefined) return;
        const { id, untilMs: until } = made;
        const acts = ['recording.list', 'recording.read', 'recording.play'] as const;
        const now = model.now;
        const rest = { reaches: [0, 1, 2], purpose: null, from: now, until, due: 0, answer: undefined };
        model.grants.push({ id, to: person, by: person, acts, state: 'granted', ...rest });
      },
    ),
  );

/** Time goes to a bound, to one millisecond before it, or on by itself. */
const move = fc
  .record({
    which: fc.nat(19),
    early: fc.boolean(),
    on: fc.constantFrom(1, 30_000, DAY_MS),
    far: fc.boolean(),
  })
  .map((asked) =>
    step(
      `time goes to ${asked.early ? 'just before ' : ''}${asked.far ? 'a later' : 'the next'} bound, or on by ${asked.on}`,
      () => true,
      async (model, real) => {
        const bounds = [
          ...model.grants.flatMap(({ from, until, due }) => [from, until, due]),
          model.lentUntil,
        ]
          .map((at) => (asked.early ? at - 1 : at))
          .filter((at) => at > model.now);
        const bound = bounds.toSorted((a, b) => a - b)[asked.far ? asked.which % bounds.length : 0];
        model.now = bound ?? model.now + asked.on;
        real.now = model.now;
        return Promise.resolve();
      },
    ),
  );

/** What runs by itself: ends are noted, and questions that are over expire. It must not change what anybody may do. */
const sweep = fc.constant(
  step(
    'the sweep and the clocks of approvals run',
    () => true,
    async (model, real) => {
      await inTenant((tx) => endOverdueGrants(tx, at(real)));
      const now = () => new Date(real.now);
      const clockOf = () => Promise.resolve(now());
      const advance = advanceApproval({ db: database.db, now, newId: ids, clockOf });
      for (const { id } of await inTenant((tx) => listApprovals(tx, { open: true })))
        await advance({ tenantId: database.tenantId, approvalId: id });
      for (const grant of model.grants)
        if (grant.state === 'requested' && grant.answer === undefined && model.now >= grant.due)
          grant.answer = 'refuse';
    },
  ),
);

test('rows and policies say at every moment of random lives what the model says', async () => {
  const steps = [
    request,
    request,
    decide,
    decide,
    decide,
    decide,
    settle,
    revoke,
    change,
    lend,
    glass,
    move,
    sweep,
  ];
  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: 30, size: 'max' }), async (commands) => {
      const people = Object.fromEntries(WHO.map((each) => [each, randomUUID()])) as Record<Who, string>;
      await inTenant(async (tx) => {
        for (const each of WHO) {
          const name = `${each} ${people[each]}`;
          await insertUser(tx, database.tenantId, { id: people[each], name, role: ROLES[each] });
        }
      });
      await database.asOwner("update app_user set groups = '{Board}' where id = any ($1)", [
        IN_BOARD.map((each) => people[each]),
      ]);
      const status = Object.fromEntries(WHO.map((each) => [each, 'active'])) as Model['status'];
      const setup = () => ({
        model: { now: START, status: { ...status }, grants: [], lentUntil: 0 } satisfies Model as Model,
        real: { people, now: START, held: new Map() },
      });
      await fc.asyncModelRun(setup, commands);
      await database.asOwner(
        "update access_grant set state = 'revoked', ended_at = now() where group_name = 'Board' and state in ('requested', 'granted')",
      );
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});
