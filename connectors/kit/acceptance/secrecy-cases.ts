import assert from 'node:assert/strict';
import type { AcceptanceCase } from './acceptance-case.ts';
import type { Bench, Subject } from './bench.ts';
import { PERSONAL_CANARIES } from './sample-records.ts';
import { operationOf, sampleOf, withSubject } from './with-subject.ts';

/** What must not leak, and where a connector must not get to. */
export const secrecyCases: readonly AcceptanceCase[] = [
  {
    id: 'canaries-unseen',
    title: 'no secret and no personal data stands in a log, an outcome or a trace, whatever goes wrong',
    async run(bench) {
      for (const variant of ['good', 'bad-credential'] as const) {
        await withSubject(bench, variant, async ({ tenantId, ctx, run, inject, seen }) => {
          const upsert = operationOf(bench, 'upsert');
          const texts = [JSON.stringify(await run(upsert, [sampleOf(bench, tenantId, 1)]))];
          for (const status of [400, 401, 403, 500]) {
            inject(echo(bench, status), 'any');
            texts.push(JSON.stringify(await run(upsert, [sampleOf(bench, tenantId, 2)])));
          }
          inject(echo(bench, 500), 'any');
          const check = bench.connector.manifest.checks[0]?.id ?? '';
          texts.push(JSON.stringify(await bench.connector.check(ctx, check)));
          assertUnseen([...texts, seen()].join('\n'), [...bench.canaries(), ...PERSONAL_CANARIES]);
        });
      }
    },
  },
  {
    id: 'egress-refused',
    title: 'a request outside the allow-list is refused before anything is sent',
    run: (bench) =>
      withSubject(bench, 'good', async ({ ctx, strayRequests }) => {
        const request = { method: 'GET', url: 'https://elsewhere.example/' } as const;
        await assert.rejects(ctx.http.request(request), { code: 'config_invalid' });
        const metadata = { method: 'GET', url: 'http://169.254.169.254/latest/meta-data' } as const;
        await assert.rejects(ctx.http.request(metadata), { code: 'config_invalid' });
        assert.equal(strayRequests(), 0);
      }),
  },
];

/** An answer that quotes back everything it should not. */
function echo(bench: Bench, status: number): Parameters<Subject['inject']>[0] {
  const reason = [...bench.canaries(), ...PERSONAL_CANARIES].join(' ');
  const body = JSON.stringify({ error: { type: reason, reason }, message: reason });
  return { kind: 'answer', status, headers: { 'content-type': 'application/json', 'x-echo': reason }, body };
}

function assertUnseen(text: string, canaries: readonly string[]): void {
  // The canary itself is not put into the message: a failed test must not leak it either.
  canaries.forEach((canary, index) => assert.ok(!text.includes(canary), `canary ${index} was seen`));
}
