import { authorize } from '../../recorder-core/authorization/authorize.ts';
import { listFormula } from '../../recorder-core/authorization/listing/list-formula.ts';
import {
  makePolicySet,
  shippedPolicies,
  type PolicySet,
} from '../../recorder-core/authorization/policy-set.ts';
import { openDatabase, type Database } from '../../recorder-core/records/database.ts';
import { listRecordings, type Recording } from '../../recorder-core/records/recordings.ts';
import { addListedRecordings } from './authorize/listed-recordings.ts';
import { manyPolicies, policiesOfEverybody } from './authorize/many-policies.ts';
import { contextOf, personOf, questionOf } from './authorize/questions.ts';
import { startBenchPostgres } from './bench-postgres.ts';
import type { Bench } from './bench.ts';
import { compare, comparisonOf, quantile, rounded, spreadOf } from './rounds.ts';

const POLICIES = 1_000;
const QUESTIONS = 4_000;
const ROUNDS = 5;
const ROWS = Number(process.env['HOLDFAST_BENCH_ROWS'] ?? 1_000_000);
const PAGE = 50;
const PAGES = 40;

/** Decisions under many policies, and lists filtered by them against lists of a whole tenant. */
export const authorization: Bench = {
  name: 'authorize',
  async run({ folder, report }) {
    const set = makePolicySet(1, manyPolicies(POLICIES));
    report('decisions');
    const taken: Taken = { ms: [], cpuMs: [] };
    const comparison = await compare(
      ROUNDS,
      () => decide(set, taken),
      () => decide(shippedPolicies(), { ms: [], cpuMs: [] }),
    );
    const settled = taken.ms.slice(QUESTIONS); // the first round fills what is kept
    const ofEverybody: Taken = { ms: [], cpuMs: [] };
    decide(makePolicySet(1, policiesOfEverybody(POLICIES)), ofEverybody);
    const postgres = await startBenchPostgres(folder);
    const db = openDatabase(postgres.appUrl, { max: 2 });
    try {
      await addListedRecordings(postgres.ownerUrl, postgres.tenantId, { rows: ROWS, report });
      report('lists');
      const lists = await listsOf(db, postgres.tenantId, set);
      const p99 = rounded(quantile(settled, 0.99));
      const perSecond = rounded((QUESTIONS * 1000) / comparison.subject.median);
      return {
        what: `${QUESTIONS} decisions under ${POLICIES} policies of the tenant beside the shipped ones`,
        unit: 'milliseconds',
        baseline: 'the same questions under the shipped policies alone',
        comparison,
        details: {
          decisionMs: { median: rounded(quantile(settled, 0.5)), p99 },
          decisionCpuMs: medianAndP99(taken.cpuMs.slice(QUESTIONS)),
          allConcernedMs: medianAndP99(ofEverybody.ms),
          listedRows: ROWS,
          lists: lists.byKind,
        },
        notes: [
          'Decisions: 200 people of four roles and three groups each, any recording, three acts; one thread, the question made outside. Of the policies most name one of 100 groups in their head; allConcernedMs is for as many that are about everybody. decisionCpuMs is processor time of the thread: where it is far below decisionMs, the machine was busy with something else.',
          `Lists: pages of ${PAGE} as the API reads them, with the making of the filter in them; the baseline is the same page of the tenant without a filter. byDepartment shows one recording in 50.`,
          'listRatio is the median over all pages of all kinds; each kind has its own ratio in details.',
        ],
        summary: { decisionP99Ms: p99, decisionsPerSecond: perSecond, listRatio: lists.ratio },
      };
    } finally {
      await db.close();
      await postgres.stop();
    }
  },
};

/** What each decision took, in milliseconds of the clock and of the processor. */
interface Taken {
  readonly ms: number[];
  readonly cpuMs: number[];
}

function medianAndP99(figures: readonly number[]): { readonly median: number; readonly p99: number } {
  return { median: rounded(quantile(figures, 0.5)), p99: rounded(quantile(figures, 0.99)) };
}

/** Milliseconds for all questions; what each one took is added to `taken`. */
function decide(set: PolicySet, taken: Taken): number {
  let sum = 0;
  for (let n = 0; n < QUESTIONS; n += 1) {
    const question = questionOf(n);
    const usedBefore = process.threadCpuUsage();
    const begun = performance.now();
    authorize(set, [], question);
    const took = performance.now() - begun;
    const used = process.threadCpuUsage(usedBefore);
    taken.ms.push(took);
    taken.cpuMs.push((used.user + used.system) / 1000);
    sum += took;
  }
  return sum;
}

type Place = Pick<Recording, 'startedAt' | 'id'> | undefined;

/** Pages of each kind in turns with the same place of the whole tenant. */
async function listsOf(db: Database, tenantId: string, set: PolicySet) {
  const middle = new Date(Date.parse('2026-06-01T00:00:00Z') + (ROWS / 2) * 1000).toISOString();
  const deep: Place = { startedAt: middle, id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };
  const kinds = { newest: { from: undefined }, deep: { from: deep }, byDepartment: { from: undefined } };
  const byKind: Record<string, ReturnType<typeof comparisonOf>> = {};
  const ratios: number[] = [];
  for (const [kind, { from }] of Object.entries(kinds)) {
    const role = kind === 'byDepartment' ? 'supervisor' : 'compliance_officer';
    const pairs: { subject: number; baseline: number }[] = [];
    let [filtered, whole]: Place[] = [from, from];
    for (let page = -2; page < PAGES; page += 1) {
      const subject = await readPage(db, tenantId, filtered, { set, role, person: 5 });
      const baseline = await readPage(db, tenantId, whole);
      [filtered, whole] = [subject.last, baseline.last];
      if (page >= 0) pairs.push({ subject: subject.ms, baseline: baseline.ms });
    }
    byKind[kind] = comparisonOf(pairs);
    ratios.push(...pairs.map(({ subject, baseline }) => subject / baseline));
  }
  return { byKind, ratio: spreadOf(ratios).median };
}

interface ListedBy {
  readonly set: PolicySet;
  readonly role: string;
  readonly person: number;
}

async function readPage(db: Database, tenantId: string, before: Place, by?: ListedBy) {
  const begun = performance.now();
  const found = await db.forTenant(tenantId, (tx) =>
    listRecordings(tx, {
      limit: PAGE + 1,
      ...(before && { before }),
      ...(by && {
        allowed: listFormula(by.set, [], {
          principal: personOf(by.person, by.role),
          act: 'recording.list',
          context: contextOf(by.person),
        }),
      }),
    }),
  );
  const ms = performance.now() - begun;
  if (found.length <= PAGE) throw new Error('A page of the bench is not full: more rows are needed.');
  return { ms, last: found.at(-1) };
}
