import assert from 'node:assert/strict';
import { manifestFaults, unexplained } from '../check-manifest.ts';
import type { AcceptanceCase } from './acceptance-case.ts';
import type { Bench } from './bench.ts';
import { withSubject } from './with-subject.ts';

/** Manifest, documentation and named checks. */
export function manifestCases(bench: Bench): AcceptanceCase[] {
  return [
    {
      id: 'manifest-valid',
      title: 'the manifest is valid and plain data',
      async run({ connector: { manifest } }) {
        assert.deepEqual(manifestFaults(manifest), []);
        assert.deepEqual(JSON.parse(JSON.stringify(manifest)), { ...manifest });
      },
    },
    {
      id: 'readme-complete',
      title: 'the README speaks of every check, operation and stream',
      async run({ connector: { manifest }, readme }) {
        assert.deepEqual(unexplained(manifest, readme), []);
      },
    },
    ...bench.connector.manifest.checks.map(({ id }) => passes(id)),
    ...bench.failingChecks.map((failing) => fails(failing)),
  ];
}

function passes(check: string): AcceptanceCase {
  return {
    id: `check-${check}-passes`,
    title: `the check ${check} passes on a good connection`,
    run: (bench) =>
      withSubject(bench, 'good', async ({ ctx }) => {
        const { status, detail } = await bench.connector.check(ctx, check);
        assert.equal(status, 'ok', detail);
      }),
  };
}

function fails({ variant, check, class: expected }: Bench['failingChecks'][number]): AcceptanceCase {
  return {
    id: `check-${check}-${variant}`,
    title: `the check ${check} fails with ${expected} when the connection is ${variant}`,
    run: (bench) =>
      withSubject(bench, variant, async ({ ctx }) => {
        const result = await bench.connector.check(ctx, check);
        assert.equal(result.status, 'fail');
        assert.equal(result.error?.class, expected);
        assert.ok(result.detail.length > 0);
        assert.ok((result.fix ?? '').length > 0, 'it does not say what to do');
      }),
  };
}
