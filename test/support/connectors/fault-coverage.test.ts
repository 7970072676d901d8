import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fault, PassingRequest } from '../../../connectors/kit/acceptance/bench.ts';
import { faultCoverage, nameOf, type FaultCoverage } from './fault-coverage.ts';

const CUT: Fault = { kind: 'cut-before' };
const AWAY: Fault = { kind: 'answer', status: 503, body: '{}' };
const PAGE: Fault = { kind: 'answer', status: 503, headers: { 'content-type': 'text/html' }, body: '<p>' };
const AFTER: Fault = { kind: 'cut-after' };

const call = (method: string, path: string, body: string | Buffer = ''): PassingRequest => ({
  method,
  path,
  body: Buffer.from(body),
  writes: method !== 'GET',
});
const kindsOf = (requests: readonly PassingRequest[]): string[] => {
  const coverage = faultCoverage([CUT]);
  for (const request of requests) coverage.choose(request);
  return Object.keys(coverage.table());
};
const statement = (sqlText: string): PassingRequest =>
  call('POST', '/queries/v1/query-request?requestId=1', gzipSync(JSON.stringify({ sqlText })));

describe('what strikes', () => {
  const meet = (coverage: FaultCoverage, path: string, times: number) =>
    Array.from({ length: times }, () => coverage.choose(call('GET', path)));

  test('is each fault once, from the first call of a kind, in the order given; then calls pass', () => {
    const coverage = faultCoverage([CUT, AWAY, AFTER]);
    expect(meet(coverage, '/a', 4)).toEqual([CUT, AWAY, AFTER, undefined]);
    expect(coverage.strikes()).toBe(3);
  });

  test('is open while a kind that came has something left to meet, and before any came', () => {
    const coverage = faultCoverage([CUT, AWAY]);
    expect(coverage.isOpen()).toBe(true);
    meet(coverage, '/a', 2);
    expect(coverage.isOpen()).toBe(false);
    expect(meet(coverage, '/b', 1)).toEqual([CUT]);
    expect(coverage.isOpen()).toBe(true);
  });

  test('is the same for each kind, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('/a', '/b', '/c')), (paths) => {
        const coverage = faultCoverage([CUT, AWAY, AFTER]);
        for (const path of paths) coverage.choose(call('GET', path));
        const table = coverage.table();
        for (const { came, struck } of Object.values(table)) {
          const met = ['cut-before', '503', 'cut-after'].slice(0, came);
          expect(struck).toEqual(Object.fromEntries(met.map((name) => [name, 1])));
        }
        expect(coverage.isOpen()).toBe(paths.length === 0 || coverage.missing(1).length > 0);
        expect(coverage.missing(1).length + coverage.strikes()).toBe(3 * Object.keys(table).length);
      }),
    );
  });
});

test('only kinds that came often enough are missed', () => {
  const coverage = faultCoverage([CUT, AWAY, AFTER]);
  for (const path of ['/a', '/a', '/b']) coverage.choose(call('GET', path));
  expect(coverage.missing(2)).toEqual(['GET /a: cut-after']);
  expect(coverage.missing(1)).toEqual(['GET /a: cut-after', 'GET /b: 503', 'GET /b: cut-after']);
});

test('an answer is told by its status and whether it is a page', () => {
  expect([CUT, AWAY, PAGE, AFTER].map(nameOf)).toEqual(['cut-before', '503', '503 html', 'cut-after']);
});

describe('the kind of a call', () => {
  test('is its method and path without query and ids', () => {
    const one = call('GET', '/rows/0190c0de-0000-7000-8000-000000000001?a=1');
    const other = call('GET', '/rows/0190c0de-0000-7000-8000-000000000002');
    const job = call('PUT', '/jobs/7505e000000abcdAAA/batches');
    expect(kindsOf([one, other, job])).toEqual(['GET /rows/:id', 'PUT /jobs/:id/batches']);
  });

  test('keeps words that only look long', () => {
    expect(kindsOf([call('POST', '/services/compositeRequests')])).toEqual([
      'POST /services/compositeRequests',
    ]);
  });

  test('is that of the statement where all go to one path', () => {
    const kinds = kindsOf([
      statement('MERGE INTO T USING (SELECT 1)'),
      statement('create temporary table X (V VARIANT)'),
      statement('CREATE STAGE IF NOT EXISTS S'),
      statement('SELECT COUNT(*) AS "rows" FROM T'),
      statement('SELECT "RECORDING_ID", "REVISION" FROM T'),
    ]);
    expect(kinds).toEqual([
      'statement MERGE',
      'statement CREATE TEMPORARY TABLE',
      'statement CREATE STAGE',
      'statement SELECT COUNT',
      'statement SELECT RECORDING_ID',
    ]);
  });

  test('of a composite request is what its parts do; files of the stage are one kind', () => {
    const parts = JSON.stringify({ compositeRequest: [{ method: 'PATCH' }, { method: 'DELETE' }] });
    const kinds = kindsOf([
      call('POST', '/services/data/v64.0/composite', parts),
      call('PUT', '/stages/a/b/c.json.gz'),
      call('PUT', '/stages/d.json.gz'),
    ]);
    expect(kinds).toEqual(['POST /services/data/v64.0/composite of PATCH, DELETE', 'PUT /stages/:file']);
  });
});
