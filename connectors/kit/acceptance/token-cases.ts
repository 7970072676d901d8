import assert from 'node:assert/strict';
import type { AcceptanceCase } from './acceptance-case.ts';
import type { Bench } from './bench.ts';
import { brief, operationOf, sampleOf, withSubject } from './with-subject.ts';

const GIVES_TOKENS = new Set(['oauth2_client_credentials', 'oauth2_jwt_bearer', 'oauth2_code']);

/** Tokens that end before their time. They apply where the first credential that the connector takes gives tokens. */
export function tokenCases(bench: Bench): AcceptanceCase[] {
  return GIVES_TOKENS.has(bench.connector.manifest.auth[0]?.type ?? '') ? [midBatch, oneRefresh] : [];
}

const midBatch: AcceptanceCase = {
  id: 'token-ends-in-mid-work',
  title: 'a token that ends in the middle of the work is renewed, and every record arrives once',
  run: (bench) =>
    withSubject(bench, 'good', async ({ tenantId, run, count, expireTokens }) => {
      assert.ok(expireTokens, 'the bench cannot expire tokens');
      const upsert = operationOf(bench, 'upsert');
      assert.deepEqual(brief(await run(upsert, [sampleOf(bench, tenantId, 1)])), ['done:created']);
      expireTokens();
      const more = [2, 3, 4].map((n) => sampleOf(bench, tenantId, n));
      assert.deepEqual(new Set(brief(await run(upsert, more))), new Set(['done:created']));
      assert.equal(await count(), 4);
    }),
};

const oneRefresh: AcceptanceCase = {
  id: 'one-refresh-for-two',
  title: 'two pieces of work that meet an ended token ask for one new token',
  run: (bench) =>
    withSubject(bench, 'good', async ({ tenantId, run, count, expireTokens, tokenRequests }) => {
      assert.ok(expireTokens && tokenRequests, 'the bench cannot expire and count tokens');
      const upsert = operationOf(bench, 'upsert');
      await run(upsert, [sampleOf(bench, tenantId, 1)]);
      const before = tokenRequests();
      expireTokens();
      const both = await Promise.all([2, 3].map((n) => run(upsert, [sampleOf(bench, tenantId, n)])));
      assert.deepEqual(brief(both.flat()), ['done:created', 'done:created']);
      assert.deepEqual([tokenRequests() - before, await count()], [1, 3]);
    }),
};
