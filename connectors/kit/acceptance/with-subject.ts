import assert from 'node:assert/strict';
import type { Outcome } from '../outcome.ts';
import type { Bench, Subject, Variant } from './bench.ts';

/** Opens a subject, works with it, closes it whatever happens. */
export async function withSubject(
  bench: Bench,
  variant: Variant,
  work: (subject: Subject) => Promise<void>,
  options?: { readonly timeoutMs?: number },
): Promise<void> {
  const subject = await bench.open(variant, options);
  try {
    await work(subject);
  } finally {
    await subject.close();
  }
}

/** The id of the bench's operation of that kind; every connector of recordings has one. */
export function operationOf(bench: Bench, kind: 'upsert' | 'delete'): string {
  const found = Object.entries(bench.connector.manifest.operations).find(([, spec]) => spec.kind === kind);
  assert.ok(found, `the connector has no ${kind} operation`);
  return found[0];
}

/** A short word for each outcome, so that a failed comparison is readable: `done:created`, `rejected:held`. */
export function brief(outcomes: readonly Outcome[]): string[] {
  return outcomes.map((outcome) =>
    outcome.outcome === 'done'
      ? `done:${outcome.receipt.result}`
      : `${outcome.outcome}:${outcome.error.class}`,
  );
}
