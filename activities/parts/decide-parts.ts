import {
  decideParts,
  isCaptured,
  isReplaced,
  type PartVerdict,
} from '../../recorder-core/policy/part-disposal.ts';
import { readCutOfDisposal } from '../../recorder-core/records/cuts.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { decideCut } from '../../recorder-core/records/decide-cut.ts';
import { decideRecording } from '../../recorder-core/records/decide-recording.ts';
import { appendListing } from '../../recorder-core/records/ledger-log.ts';
import {
  movePartDisposal,
  widenPartDisposal,
  type PartDisposal,
} from '../../recorder-core/records/part-disposals.ts';
import { readParts } from '../../recorder-core/records/parts.ts';
import type { Explanation } from '../../recorder-core/records/explanation.ts';
import type { Recording } from '../../recorder-core/records/recordings.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** What may be done to the parts of an order now, and the decision on their recording behind it. */
export interface DecidedParts extends PartVerdict {
  readonly explanation: Explanation;
}

/**
 * Decides about the parts of an order as of now; ask under the recording's lock. A part that went before may go again. Of an order
 * for a cut, the span is decided about, and a captured part goes only while one without the span stands in its place.
 */
export async function decidePartsOf(
  deps: Pick<ActivityDependencies, 'now' | 'packs'>,
  tx: Tx,
  recording: Recording,
  { id, partIds, ground }: PartDisposal,
): Promise<DecidedParts> {
  // Whoever ordered it had the right to; what may still stand against it is what stands against any erasure.
  const asked = { id, kind: 'erasure', state: 'approved' } as const;
  const rules = await deps.packs.current(tx);
  const cut = ground === 'redaction' ? await readCutOfDisposal(tx, id) : undefined;
  const { decision, explanation } =
    cut === undefined
      ? await decideRecording(tx, recording, deps.now(), rules, [asked])
      : await decideCut(tx, recording, cut, deps.now(), rules);
  const all = await readParts(tx, recording.id);
  const parts = all.filter((part) => partIds.includes(part.id));
  const verdict = decideParts(decision, parts, ground);
  if (ground !== 'redaction') return { ...verdict, explanation };
  const bare = parts
    .filter((part) => isCaptured(part.kind) && !isReplaced(part, all, partIds))
    .map((part) => part.id);
  return {
    destroy: verdict.destroy.filter((partId) => !bare.includes(partId)),
    keep: [...verdict.keep, ...verdict.destroy.filter((partId) => bare.includes(partId))],
    explanation,
  };
}

/** The order with everything derived that shows what it destroys, also what was made after it was given. */
export async function withDerived(tx: Tx, order: PartDisposal): Promise<PartDisposal> {
  const parts = await readParts(tx, order.recordingId);
  if (!parts.some(({ id, kind }) => kind === 'media' && order.partIds.includes(id))) return order;
  const derived = parts
    .filter(({ kind, destroyedAt }) => destroyedAt === null && !isCaptured(kind))
    .map(({ id }) => id);
  const partIds = [...new Set([...order.partIds, ...derived])].sort();
  if (partIds.length === order.partIds.length) return order;
  await widenPartDisposal(tx, order.id, partIds);
  return { ...order, partIds };
}

/** Ends an order of which nothing may be destroyed, with the decision that says why. */
export async function sparePartsOf(
  deps: Pick<ActivityDependencies, 'now'>,
  tx: Tx,
  tenantId: string,
  order: PartDisposal,
  explanation: Explanation,
): Promise<void> {
  const now = deps.now();
  const change = { endedAt: now.toISOString(), keptIds: order.partIds, decision: explanation };
  if (!(await movePartDisposal(tx, order.id, 'asked', 'spared', change))) return;
  await appendListing(tx, tenantId, 'parts', {
    at: now,
    act: 'parts.spared',
    object: { type: 'recording', id: order.recordingId },
    outcome: 'spared',
    rules: explanation.rules.map(({ id }) => id),
    packDigest: explanation.packDigest,
    facts: { disposal: order.id, parts: order.partIds },
  });
}
