import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Act } from '../../recorder-core/policy/access.ts';
import type { Approval } from '../../recorder-core/records/approvals.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readCut } from '../../recorder-core/records/cuts.ts';
import { readExport } from '../../recorder-core/records/exports.ts';
import { noteRefused } from '../../recorder-core/records/note-refused.ts';
import { decideEach } from '../access/decide.ts';
import { refusalOf } from '../access/refusal.ts';
import { askerFor } from '../access/require-access.ts';
import type { Asking } from '../identity/asking.ts';

/** Recordings that an approval is about, and what whoever agrees must be allowed to do with each of them. */
interface Concerned {
  readonly recordingIds: readonly string[];
  readonly needed: readonly Act[];
  readonly purpose?: string | undefined;
}

/** What leaves, or goes for good, is read by whoever agrees to it. Undefined where an approval is about no recordings of its own. */
async function concernedBy(
  tx: Tx,
  { kind, subject }: Pick<Approval, 'kind' | 'subject'>,
): Promise<Concerned | undefined> {
  if (kind === 'recording-cut') {
    const cut = await readCut(tx, subject.id);
    return cut && { recordingIds: [cut.recordingId], needed: ['recording.read'] };
  }
  const found = kind === 'export' ? await readExport(tx, subject.id) : undefined;
  return (
    found && {
      recordingIds: found.recordingIds,
      needed: ['export.approve', 'recording.read'],
      purpose: found.restrictedPurpose ?? undefined,
    }
  );
}

/** What of the recordings of an approval the policies keep from whoever would agree. */
export interface UnseenRecordings {
  readonly of: number;
  readonly unseen: number;
  /** The first refusal that may be told; undefined where all are behind a wall behind which nothing is told. */
  readonly why: HoldfastError | undefined;
}

/**
 * Asks the policies about each recording that leaves or is cut where an approval is given; by a lent right, about its giver. Of
 * other approvals there is nothing to ask. A proof of presence that lacks keeps nothing from anybody here:
 * `requireAccess` asks for it.
 */
export async function findUnseen(
  tx: Tx,
  asking: Asking,
  approval: Pick<Approval, 'kind' | 'subject'>,
  byRightOf?: string,
): Promise<UnseenRecordings> {
  const concerned = await concernedBy(tx, approval);
  if (concerned === undefined) return { of: 0, unseen: 0, why: undefined };
  const objects = concerned.recordingIds.map((id) => ({ type: 'recording', id }));
  const asker = await askerFor(tx, asking, byRightOf);
  const refused = new Map<string, HoldfastError>();
  for (const act of concerned.needed) {
    const decisions = await decideEach(tx, asker, act, objects, concerned.purpose);
    for (const [index, decision] of decisions.entries()) {
      const object = objects[index];
      if (decision.allowed || object === undefined || refused.has(object.id)) continue;
      const refusal = refusalOf(decision, act, object);
      if (refusal.code !== 'step_up_required') refused.set(object.id, refusal);
    }
  }
  const why = [...refused.values()].find(({ code }) => code === 'forbidden');
  return { of: objects.length, unseen: refused.size, why };
}

/**
 * Whoever agrees has to be allowed to see every recording that leaves or is cut by it. @throws HoldfastError `forbidden` with how many
 * recordings are missing and the policies of the first; the refusal is in the ledger.
 */
export async function requireAllSeen(
  tx: Tx,
  asking: Asking,
  approval: Approval,
  byRightOf?: string,
): Promise<void> {
  const { of, unseen, why } = await findUnseen(tx, asking, approval, byRightOf);
  if (unseen === 0) return;
  const rules = why?.policies?.map(({ id }) => id) ?? [];
  await noteRefused(asking, {
    object: { type: 'approval', id: approval.id },
    rules: ['approval/unseen-recordings', ...rules],
    facts: { act: approval.act, recordings: of, unseen },
  });
  throw new HoldfastError('forbidden', wordsOf({ of, unseen, why }, byRightOf !== undefined), {
    ...(why?.policies !== undefined && { policies: why.policies }),
  });
}

function wordsOf({ of, unseen, why }: UnseenRecordings, lent: boolean): string {
  if (lent)
    return (
      `Whoever lends you the right may not see ${unseen} of the ${of} recordings that this is about, so ` +
      'somebody who may has to agree to it (rule approval/unseen-recordings). You can refuse it.'
    );
  const told =
    `You may not see ${unseen} of the ${of} recordings that this is about, so ` +
    'somebody who may has to agree to it (rule approval/unseen-recordings). You can refuse it.';
  return why === undefined ? told : `${told} ${why.message}`;
}
