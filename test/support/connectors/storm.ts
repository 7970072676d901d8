/** Many records through a connector while calls fail and workers forget, until all have arrived; then what stands is counted. */
import { strict as assert } from 'node:assert';
import type { Bench, Fault, Subject } from '../../../connectors/kit/acceptance/bench.ts';
import { sampleId, sampleWithdrawal } from '../../../connectors/kit/acceptance/sample-records.ts';
import { operationOf, sampleOf } from '../../../connectors/kit/acceptance/with-subject.ts';
import type { Outcome } from '../../../connectors/kit/outcome.ts';
import { seededRandom } from '../../../recorder-core/media/test-signal.ts';
import { faultCoverage, type FaultCoverage, type FaultTable } from './fault-coverage.ts';

/** How hard it blows. */
export interface Storm {
  readonly records: number;
  /** Records of one run. */
  readonly batch: number;
  readonly seed: number;
  /** Most requests that pass before a fault strikes: as many as a run makes. */
  readonly calls: number;
  /** Records of a run as long as some kind of call has a fault left to meet; `batch` where it is not said. */
  readonly struck?: number;
}

/** What happened on the way. */
export interface StormReport {
  readonly runs: number;
  readonly faults: number;
  /** Runs whose outcomes were thrown away, as by a worker that was killed. */
  readonly forgotten: number;
  /** Which kinds of call met which faults. */
  readonly table: FaultTable;
  /** What kinds of call that come seldom, as the making of a table, did not meet: `kind: fault`. */
  readonly seldom: readonly string[];
}

const HTML = { 'content-type': 'text/html' };
/** What goes wrong between a connector and its peer: as often as not the work was done. */
const FAULTS: readonly Fault[] = [
  { kind: 'cut-before' },
  { kind: 'cut-after' },
  { kind: 'cut-after' },
  { kind: 'answer', status: 503, body: '{}' },
  { kind: 'answer', status: 500, body: '{}' },
  { kind: 'answer', status: 429, headers: { 'retry-after': '3' }, body: '{}' },
  { kind: 'answer', status: 502, headers: HTML, body: '<p>Bad gateway' },
  { kind: 'answer', status: 200, headers: HTML, body: '<p>Please sign in' },
];

/** A kind of call that came so often has met every fault. */
const OFTEN = 3 * FAULTS.length;

/** So many runs without any call that has a fault left to meet: those calls do not come again. */
const MOST_IDLE = 20;

/** Each of them, and an answer that never ends; those after which the work was done come last. */
const EVERY_FAULT: readonly Fault[] = [
  ...FAULTS.filter(({ kind }) => kind !== 'cut-after'),
  { kind: 'slow-body' },
  { kind: 'cut-after' },
];

/** One of the faults by chance. */
export function someFault(random: () => number): Fault {
  return FAULTS[Math.floor(random() * FAULTS.length)] ?? { kind: 'cut-before' };
}

/**
 * Sends every record until it is done: first as new, then half of them changed with older ones among them, then a tenth
 * withdrawn. Every kind of call meets every kind of fault; what has arrived is sent again for that. Others come by chance.
 * Throws AssertionError where one is lost, stands twice or is not as it was last sent, or where a kind of call that came
 * often did not meet some fault.
 */
export async function storm(bench: Bench, subject: Subject, about: Storm): Promise<StormReport> {
  const random = seededRandom(about.seed);
  const report = { runs: 0, faults: 0, forgotten: 0 };
  const coverage = faultCoverage(EVERY_FAULT);
  subject.watch?.(coverage.choose);
  const through = sendingThrough({ subject, about, random, coverage, report });
  const [upsert, remove] = [operationOf(bench, 'upsert'), operationOf(bench, 'delete')];
  const numbers = Array.from({ length: about.records }, (_none, n) => n);
  const { tenantId } = subject;
  const at = (revision: number) => (n: number) => [n, sampleOf(bench, tenantId, n, { revision })] as const;
  await through(upsert, new Map(numbers.map(at(1))));
  assert.equal(await subject.count(), about.records);
  await through(upsert, new Map(numbers.filter((n) => n % 2 === 0).map(at(3))));
  await through(upsert, new Map(numbers.filter((n) => n % 4 === 0).map(at(2))));
  await through(
    remove,
    new Map(numbers.filter((n) => n % 10 === 0).map((n) => [n, sampleWithdrawal(tenantId, n)])),
    Math.ceil(about.batch / 10), // few are withdrawn, and each kind of call is to meet each fault
  );
  const expected = new Map(
    numbers.filter((n) => n % 10 !== 0).map((n) => [sampleId(n), n % 2 === 0 ? 3 : 1] as const),
  );
  await assertStands(subject, expected);
  assert.deepEqual(coverage.missing(OFTEN), []);
  const seldom = coverage.missing(1);
  return { ...report, faults: report.faults + coverage.strikes(), table: coverage.table(), seldom };
}

/** Throws AssertionError where the peer does not hold exactly these, each once and in its revision. */
export async function assertStands(subject: Subject, expected: ReadonlyMap<string, number>): Promise<void> {
  assert.ok(subject.everything !== undefined, 'the bench cannot tell what stands');
  const there = await subject.everything();
  for (const [id, revision] of expected) assert.equal(there.get(id)?.revision, revision, `recording ${id}`);
  assert.equal(there.size, expected.size);
  assert.equal(await subject.count(), expected.size);
}

interface Sending {
  readonly subject: Subject;
  readonly about: Storm;
  readonly random: () => number;
  readonly coverage: FaultCoverage;
  readonly report: { runs: number; faults: number; forgotten: number };
}

type Through = (operation: string, wanted: ReadonlyMap<number, unknown>, batch?: number) => Promise<void>;

function sendingThrough({ subject, about, random, coverage, report }: Sending): Through {
  let strikes = 0;
  // By chance as well, unless a kind of call is just meeting what it has not met.
  const blow = (): void => {
    const isStruck = coverage.strikes() > strikes;
    strikes = coverage.strikes();
    if (isStruck || random() >= 0.7) return;
    report.faults += 1;
    subject.inject(someFault(random), 'any', Math.floor(random() * about.calls));
  };
  const send = async (operation: string, records: readonly unknown[]): Promise<readonly Outcome[]> => {
    report.runs += 1;
    // Now and then two workers have the same work.
    const twice = random() < 0.1 ? [subject.run(operation, records)] : [];
    const [outcomes = []] = await Promise.all([subject.run(operation, records), ...twice]);
    // Whoever is asked to wait does, as the queue: a breaker that opened lets nothing pass before.
    subject.skip?.(Math.max(0, ...outcomes.map(askedToWait)));
    return outcomes;
  };
  return async (operation, wanted, batch = about.batch) => {
    const waiting = new Map(wanted);
    const size = (): number => (coverage.isOpen() ? Math.min(batch, about.struck ?? batch) : batch);
    let last: Outcome | undefined;
    for (let left = 150 + 20 * Math.ceil(waiting.size / batch); waiting.size > 0; left -= 1) {
      assert.ok(left > 0, `${waiting.size} records do not arrive; the last: ${wordOf(last)}`);
      const some = pick([...waiting], size(), random);
      blow();
      const outcomes = await send(
        operation,
        some.map(([, record]) => record),
      );
      last = outcomes.find(({ outcome }) => outcome !== 'done') ?? last;
      if (random() < 0.15) report.forgotten += 1;
      else some.forEach(([n], index) => void (isEnd(outcomes[index]) && waiting.delete(n)));
    }
    const again = [...wanted.values()];
    for (let idle = 0; coverage.isOpen() && idle < MOST_IDLE;) {
      const before = coverage.strikes();
      await send(operation, pick(again, size(), random));
      idle = coverage.strikes() > before ? 0 : idle + 1;
    }
  };
}

/** What is refused for good is a fault of the storm's own; what may pass is tried again. */
function isEnd(outcome: Outcome | undefined): boolean {
  if (outcome?.outcome === 'done') return true;
  assert.ok(!['invalid_record', 'held'].includes(outcome?.error.class ?? ''), outcome?.error.title);
  return false;
}

function askedToWait(outcome: Outcome): number {
  return outcome.outcome === 'done' ? 0 : (outcome.error.afterMs ?? 0);
}

function wordOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'none was refused';
  return outcome.outcome === 'done' ? 'done' : `${outcome.error.class}, ${outcome.error.title}`;
}

function pick<T>(items: readonly T[], most: number, random: () => number): T[] {
  const start = Math.floor(random() * Math.max(1, items.length - most + 1));
  return items.slice(start, start + most);
}
