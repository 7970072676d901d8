import assert from 'node:assert/strict';
import type { Outcome } from '../outcome.ts';
import type { IncidentTicket, RecordingDocument } from '../record.ts';
import type { Bench, Subject, Variant } from './bench.ts';
import { sampleRecording, sampleTicket } from './sample-records.ts';

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

/** The id of the bench's first operation of that kind. */
export function operationOf(bench: Bench, kind: 'upsert' | 'delete'): string {
  const found = operationEntry(bench, kind);
  assert.ok(found, `the connector has no ${kind} operation`);
  return found[0];
}

/** Whether the connector has an operation of that kind; every connector of recordings has both. */
export function hasOperation(bench: Bench, kind: 'upsert' | 'delete'): boolean {
  return operationEntry(bench, kind) !== undefined;
}

function operationEntry(bench: Bench, kind: 'upsert' | 'delete') {
  return Object.entries(bench.connector.manifest.operations).find(([, spec]) => spec.kind === kind);
}

/** Sample number `n` of what the connector's upsert takes: a recording, or a ticket, which no hold concerns. */
export function sampleOf(
  bench: Bench,
  tenantId: string,
  n: number,
  more: { readonly revision?: number; readonly held?: boolean } = {},
): (RecordingDocument | IncidentTicket) & { readonly held: boolean } {
  if (operationEntry(bench, 'upsert')?.[1].input !== 'ticket') return sampleRecording(tenantId, n, more);
  const ticket = sampleTicket(tenantId, n, more.revision === undefined ? {} : { revision: more.revision });
  // Not a field of a ticket, so it is not sent; the cases may still ask for it.
  return Object.defineProperty(ticket as IncidentTicket & { held: boolean }, 'held', {
    value: false,
    enumerable: false,
  });
}

/** A short word for each outcome, so that a failed comparison is readable: `done:created`, `rejected:held`. */
export function brief(outcomes: readonly Outcome[]): string[] {
  return outcomes.map((outcome) =>
    outcome.outcome === 'done'
      ? `done:${outcome.receipt.result}`
      : `${outcome.outcome}:${outcome.error.class}`,
  );
}
