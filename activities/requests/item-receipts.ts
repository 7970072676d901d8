import type { Explanation } from '../../recorder-core/records/explanation.ts';
import { moveItem } from '../../recorder-core/records/request-items.ts';
import { keepReceipt, type ReceiptOutcome } from '../../recorder-core/records/request-receipts.ts';
import type { ItemWork } from './fulfil-request.ts';

/** After how long a ground on which something is kept is looked at again, where it names no date. */
const REVIEW_MS = 365 * 86_400_000;

/** A receipt in short; what is left out is null, and not checked. */
export interface ShortReceipt {
  readonly ground?: string | null;
  readonly until?: string | null;
  readonly reviewAt?: string | null;
  readonly detail?: string | null;
  readonly checked?: boolean;
}

/** Keeps a receipt of one store about the item's recording. */
export async function receipt(
  { deps, tx, tenantId, request, item }: ItemWork,
  store: string,
  outcome: ReceiptOutcome,
  { ground = null, until = null, reviewAt = null, detail = null, checked = false }: ShortReceipt = {},
): Promise<void> {
  await keepReceipt(tx, tenantId, request.id, {
    recordingId: item.recordingId,
    store,
    outcome,
    ground,
    until,
    reviewAt,
    detail,
    checked,
    at: deps.now().toISOString(),
  });
}

/** Says of the whole recording that it stays, by which decision and until when, and is done with the item. */
export async function retained(
  work: ItemWork,
  outcome: 'retained' | 'restricted',
  explanation: Explanation,
): Promise<void> {
  const ground = explanation.rules.map(({ id }) => id).join(', ');
  const until = outcome === 'restricted' ? (explanation.keptFor ?? null) : null;
  const reviewAt = until ?? new Date(work.deps.now().getTime() + REVIEW_MS).toISOString();
  const detail = explanation.reasons[0] ?? null;
  for (const store of ['objects', 'database'])
    await receipt(work, store, outcome, { ground, until, reviewAt, detail, checked: true });
  await done(work);
}

/** The item is settled. */
export function done({ tx, request, item }: ItemWork): Promise<void> {
  return moveItem(tx, request.id, item.recordingId, 'done');
}
