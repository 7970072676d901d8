import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { verifyLedger } from '../../recorder-core/records/verify-tenant.ts';
import * as workflows from '../../workflows/index.ts';
import {
  firstCalls,
  laterCalls,
  noKills,
  type KillPlan,
  type KillPoint,
} from '../support/kill-points/kill-plan.ts';
import { KilledWorkers } from '../support/kill-points/killed-workers.ts';
import { approvalLife } from '../support/kill-points/lives/approval-life.ts';
import { consentLife } from '../support/kill-points/lives/consent-life.ts';
import { cutLife } from '../support/kill-points/lives/cut-life.ts';
import { exportLife } from '../support/kill-points/lives/export-life.ts';
import { holdLife } from '../support/kill-points/lives/hold-life.ts';
import { incidentLife } from '../support/kill-points/lives/incident-life.ts';
import { keyLife } from '../support/kill-points/lives/key-life.ts';
import { peopleLife } from '../support/kill-points/lives/people-life.ts';
import { policyLife } from '../support/kill-points/lives/policy-life.ts';
import { recordingLife } from '../support/kill-points/lives/recording-life.ts';
import { reportLife } from '../support/kill-points/lives/report-life.ts';
import { requestLife } from '../support/kill-points/lives/request-life.ts';
import { roundsLife } from '../support/kill-points/lives/rounds-life.ts';
import { streamLife } from '../support/kill-points/lives/stream-life.ts';
import { webhookLife } from '../support/kill-points/lives/webhook-life.ts';
import { openWorkplace, type Workplace } from '../support/kill-points/workplace.ts';
import { testLedgerKeys } from '../support/ledger-key.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal-server.ts';
import { openTestDatabase } from '../support/test-database.ts';
import { startTestPostgres } from '../support/test-postgres.ts';
import { openWorkflowTest } from '../support/workflow-test.ts';

type Life = (place: Workplace) => Promise<unknown>;

/**
 * What happens at once, and in each lane one after the other. The sweep comes before the withdrawal of consent, whose calls are due
 * as well; the closing of the period of keys comes after all of them.
 */
const LANES: readonly (readonly Life[])[] = [
  [recordingLife, consentLife],
  [requestLife, approvalLife],
  [holdLife, peopleLife],
  [incidentLife, webhookLife],
  [exportLife, reportLife],
  [streamLife, roundsLife, policyLife],
  [cutLife],
];

/** A seed that failed before repeats its kills: HOLDFAST_TEST_SEED=… */
const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? randomInt(1, 2 ** 31));
/** As many kills at later calls as there are, or nearly; each costs a quarter of a minute. */
const MOST_LATER = 60;

let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
let server: TestTemporal;
/** What the same lives leave when nobody is killed. */
let undisturbed: Awaited<ReturnType<typeof liveOnce>>;

beforeAll(async () => {
  [postgres, server] = await Promise.all([startTestPostgres(), startTestTemporal()]);
  Object.assign(process.env, server.variables, { HOLDFAST_TEST_POSTGRES: postgres.url });
  undisturbed = await liveOnce(noKills);
}, 1_200_000);
afterAll(async () => {
  await server.stop();
  await postgres.stop();
}, 60_000);

/** Every life once, in a house of its own; answers what is left of each, the steps of each workflow, and the kills. */
async function liveOnce(plan: KillPlan) {
  const [temporal, database] = await Promise.all([openWorkflowTest(), openTestDatabase()]);
  const place = await openWorkplace(database, temporal.client);
  const workers = new KilledWorkers({
    address: temporal.address,
    namespace: temporal.namespace,
    processes: 2,
    plan,
    answer: (call) => place.perform(call),
    onKill: (kill) => process.stdout.write(`killed: ${named(kill)}\n`),
  });
  try {
    const left: Record<string, unknown> = {};
    const live = async (life: Life): Promise<void> => {
      left[life.name] = await life(place);
      process.stdout.write(`${life.name} is over\n`);
    };
    await Promise.all(
      LANES.map(async (lane) => {
        for (const life of lane) await live(life);
      }),
    );
    await live(keyLife);
    const ledger = await verifyLedger({ db: database.db }, database.tenantId, testLedgerKeys, new Date());
    return { left, ledgerHolds: ledger.ok, steps: workers.steps, kills: workers.kills };
  } finally {
    process.stdout.write(`${tableOf(workers)}\n`);
    workers.close();
    await place.close();
    await database.close();
    await temporal.close();
  }
}

/** Every step of every workflow: when it was killed, and how often it was done all the same. */
function tableOf({ kills, steps }: KilledWorkers): string {
  const lines = [...steps].flatMap(([workflow, done]) =>
    [...done].map(([step, times]) => {
      const at = kills.filter((kill) => kill.workflow === workflow && kill.step === step);
      const moments = at.map(({ moment, call }) => `${moment} ${String(call)}`).join(', ') || 'never';
      return `${workflow.padEnd(21)} ${step.padEnd(19)} killed when ${moments}; done ${String(times)} times`;
    }),
  );
  return `${String(kills.length)} kills\n${lines.sort().join('\n')}`;
}

const named = ({ workflow, step, moment, call }: KillPoint): string =>
  `${workflow} ${step} ${moment} ${String(call)}`;

const stepsOf = ({ steps }: Pick<KilledWorkers, 'steps'>): string[] =>
  [...steps].flatMap(([workflow, done]) => [...done.keys()].map((step) => `${workflow} ${step}`)).sort();

/** All that a run left is what was left without kills. */
function expectUndisturbed(killed: typeof undisturbed): void {
  expect(killed.left).toEqual(undisturbed.left);
  expect([undisturbed.ledgerHolds, killed.ledgerHolds]).toEqual([true, true]);
  expect(stepsOf(killed)).toEqual(stepsOf(undisturbed));
}

test('the lives that are disturbed take every workflow there is', () => {
  expect(undisturbed.kills).toEqual([]);
  expect([...undisturbed.steps.keys()].sort()).toEqual(Object.keys(workflows).sort());
});

test('a worker killed at the beginning and at the end of every step of every workflow changes nothing of what is left, and nothing is done twice', async () => {
  const killed = await liveOnce(firstCalls);
  expectUndisturbed(killed);
  const wanted = stepsOf(killed).flatMap((step) =>
    ['begun 1', 'done 1'].map((moment) => `${step} ${moment}`),
  );
  expect(killed.kills.map(named).sort()).toEqual(wanted.sort());
}, 3_600_000);

test(`nor does one killed at later calls of a step, by chance (HOLDFAST_TEST_SEED=${seed})`, async () => {
  const killed = await liveOnce(laterCalls(seed, MOST_LATER));
  expectUndisturbed(killed);
  expect(killed.kills.length).toBeGreaterThan(MOST_LATER / 4); // else it showed nothing
}, 3_600_000);
