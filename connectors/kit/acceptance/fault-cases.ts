import assert from 'node:assert/strict';
import type { AcceptanceCase } from './acceptance-case.ts';
import type { Bench, Fault } from './bench.ts';
import { sampleId, sampleWithdrawal } from './sample-records.ts';
import { brief, operationOf, sampleOf, withSubject } from './with-subject.ts';

const HTML = { 'content-type': 'text/html' };
const PAGE = '<!doctype html><title>Sign in</title><p>Please sign in to the network.';

/** One fault, and what a single upsert that meets it must come to before it is sent again. */
interface FaultRule {
  readonly id: string;
  readonly title: string;
  readonly fault: Fault;
  readonly expected: string;
}

const RULES: readonly FaultRule[] = [
  {
    id: 'fault-cut-before',
    title: 'a connection cut before the peer saw the request is reconciled to "not applied"',
    fault: { kind: 'cut-before' },
    expected: 'rejected:transient',
  },
  {
    id: 'fault-cut-after',
    title: 'a worker that loses the answer after the peer did the work finds it done',
    fault: { kind: 'cut-after' },
    expected: 'done:confirmed',
  },
  {
    id: 'fault-slow-body',
    title: 'an answer that never ends is given up and reconciled',
    fault: { kind: 'slow-body' },
    expected: 'done:confirmed',
  },
  {
    id: 'fault-503',
    title: 'a peer that is unavailable for now is transient',
    fault: { kind: 'answer', status: 503, body: '{}' },
    expected: 'rejected:transient',
  },
  {
    id: 'fault-500',
    title: 'a server error on a write is reconciled before anything is said',
    fault: { kind: 'answer', status: 500, body: '{}' },
    expected: 'rejected:transient',
  },
  {
    id: 'fault-html-502',
    title: 'an HTML error page of a gateway is reconciled',
    fault: { kind: 'answer', status: 502, headers: HTML, body: PAGE },
    expected: 'rejected:transient',
  },
  {
    id: 'fault-html-200',
    title: 'an HTML page with status 200 is no success',
    fault: { kind: 'answer', status: 200, headers: HTML, body: PAGE },
    expected: 'rejected:transient',
  },
  {
    id: 'fault-redirect',
    title: 'a redirect to another host is refused and nobody arrives there',
    fault: { kind: 'redirect' },
    expected: 'rejected:config',
  },
];

/** Everything that goes wrong on the way; in each case the second attempt succeeds and there is one remote object. */
export function faultCases(bench: Bench): AcceptanceCase[] {
  const lying: FaultRule[] =
    bench.lyingSuccess === undefined
      ? []
      : [
          {
            id: 'fault-lying-success',
            title: 'a success without any work done is found out',
            fault: bench.lyingSuccess,
            expected: 'rejected:transient',
          },
        ];
  return [...[...RULES, ...lying].map(upsertUnderFault), throttled, deleteCutAfter, dead];
}

function upsertUnderFault({ id, title, fault, expected }: FaultRule): AcceptanceCase {
  return {
    id,
    title,
    run: (bench) =>
      withSubject(
        bench,
        'good',
        async ({ tenantId, run, inject, count, remote, strayRequests }) => {
          const upsert = operationOf(bench, 'upsert');
          // The first delivery of a tenant may prepare the peer; the fault is meant for the second.
          await run(upsert, [sampleOf(bench, tenantId, 1)]);
          inject(fault);
          const first = await run(upsert, [sampleOf(bench, tenantId, 2)]);
          assert.deepEqual(brief(first), [expected]);
          if (expected.startsWith('done')) assert.ok(await remote(sampleId(2)));
          const [second] = await run(upsert, [sampleOf(bench, tenantId, 2)]);
          assert.equal(second?.outcome, 'done');
          assert.equal(await count(), 2);
          assert.equal(strayRequests(), 0);
        },
        { timeoutMs: fault.kind === 'slow-body' ? 2000 : 20_000 },
      ),
  };
}

const throttled: AcceptanceCase = {
  id: 'fault-429',
  title: 'Retry-After is passed on, and the rest of the work is not sent',
  run: (bench) =>
    withSubject(bench, 'good', async ({ tenantId, run, inject, writes, count }) => {
      const upsert = operationOf(bench, 'upsert');
      await run(upsert, [sampleOf(bench, tenantId, 1)]);
      const before = writes();
      inject({ kind: 'answer', status: 429, headers: { 'retry-after': '37' }, body: '{}' });
      const records = Array.from({ length: 1050 }, (_none, n) => sampleOf(bench, tenantId, n + 2));
      const outcomes = await run(upsert, records);
      assert.deepEqual(new Set(brief(outcomes)), new Set(['rejected:throttled']));
      const [first] = outcomes;
      assert.equal(first?.outcome === 'rejected' ? first.error.afterMs : undefined, 37_000);
      assert.deepEqual([writes(), await count()], [before, 1]);
    }),
};

const deleteCutAfter: AcceptanceCase = {
  id: 'fault-delete-cut-after',
  title: 'a deletion whose answer is lost is found done',
  run: (bench) =>
    withSubject(bench, 'good', async ({ tenantId, run, inject, count }) => {
      await run(operationOf(bench, 'upsert'), [sampleOf(bench, tenantId, 1)]);
      inject({ kind: 'cut-after' });
      const outcomes = await run(operationOf(bench, 'delete'), [sampleWithdrawal(tenantId, 1)]);
      assert.deepEqual(brief(outcomes), ['done:deleted']);
      const [outcome] = outcomes;
      assert.equal(outcome?.outcome === 'done' ? outcome.receipt.proof : '', 'reconciled');
      assert.equal(await count(), 0);
    }),
};

const dead: AcceptanceCase = {
  id: 'fault-dead-peer',
  title: 'a peer that is not there rejects everything as transient, with nothing sent',
  run: (bench) =>
    withSubject(bench, 'wrong-host', async ({ tenantId, run }) => {
      const outcomes = await run(
        operationOf(bench, 'upsert'),
        [1, 2].map((n) => sampleOf(bench, tenantId, n)),
      );
      assert.deepEqual(brief(outcomes), ['rejected:transient', 'rejected:transient']);
    }),
};
