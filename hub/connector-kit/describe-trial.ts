import type { Outcome, Planned } from '../../connectors/kit/outcome.ts';
import { remedyOf } from '../../connectors/kit/remote-error.ts';
import type { Trial } from './try-connector.ts';

const MARKS = { ok: '✓', warn: '!', fail: '✗' } as const;

/** A trial as its author reads it: each check with what to do, then what would be sent, or what came of it. Pure. */
export function describeTrial({ checks, catalog, planned, outcomes = [] }: Trial): string[] {
  const failed = checks.some(({ status }) => status === 'fail');
  return [
    ...checks.flatMap(({ status, title, detail, fix }) => [
      `${MARKS[status]} ${title}: ${detail}`,
      ...(fix === undefined || status === 'ok' ? [] : [`    ${fix}`]),
    ]),
    ...(catalog?.objects ?? []).map(({ name, fields }) => `  ${name} has ${fields.length} fields`),
    ...(planned ?? []).map(planOf),
    ...(planned === undefined && !failed ? ['  No operation takes recordings, so none was planned.'] : []),
    ...outcomes.map(outcomeOf),
  ];
}

/** Whether no check failed and everything that was sent was done. */
export function hasSucceeded({ checks, planned = [], outcomes = [] }: Trial): boolean {
  return (
    checks.every(({ status }) => status !== 'fail') &&
    planned.every(({ action }) => action !== 'refuse') &&
    outcomes.every(({ outcome }) => outcome === 'done')
  );
}

function planOf({ action, remoteId, call, error }: Planned): string {
  if (error !== undefined) return `  would refuse ${remoteId}: ${error.title} ${remedyOf(error)}`;
  return `  would ${action} ${remoteId} by ${call === undefined ? 'no call' : `${call.method} ${call.target}`}`;
}

function outcomeOf(one: Outcome): string {
  if (one.outcome === 'done')
    return `  ${one.receipt.operation}: ${one.receipt.result} ${one.receipt.remoteId}`;
  return `  ${one.outcome}: ${one.error.class}, ${one.error.title} ${remedyOf(one.error)}`;
}
