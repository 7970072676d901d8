import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Rulebook } from '../../recorder-core/policy/rulebook.ts';
import { identityEvidenceFor, type IdentityEvidence } from '../../recorder-core/policy/subject-request.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { changeRequest, moveRequest } from '../../recorder-core/records/subject-requests.ts';
import type { Asking } from '../identity/asking.ts';
import { noteRequest, notInState, requireRequest, timed } from './note-request.ts';

/**
 * Notes how it was made sure who asks; the document itself is kept nowhere. What it takes depends on what a mistake would do.
 * The wait for it ends, and clocks that it stopped go on.
 * @throws HoldfastError `invalid_input` where that is not enough for what is asked, naming what is; `conflict`.
 */
export async function verifyRequest(
  tx: Tx,
  asking: Asking,
  rules: Rulebook,
  requestId: string,
  evidence: IdentityEvidence,
): Promise<void> {
  const found = await requireRequest(tx, requestId);
  const enough = identityEvidenceFor(found.kind);
  if (!enough.includes(evidence)) {
    throw new HoldfastError(
      'invalid_input',
      `That is not enough to be sure for a request of the kind ${found.kind}. Make sure by one of: ${enough.join(', ')}.`,
      { field: '/body/evidence' },
    );
  }
  const at = asking.now.toISOString();
  const pauses = found.pauses.map((pause) => ({ ...pause, to: pause.to ?? at }));
  const change = { evidence, verifiedAt: at, verifiedBy: asking.person.id, pauses };
  if ((await moveRequest(tx, found, 'verify', change)) === undefined) throw notInState('verified', found);
  const { dueAt } = timed({ ...found, ...change }, rules, asking.now);
  await changeRequest(tx, requestId, { ...(dueAt !== undefined && { dueAt }) });
  await noteRequest(tx, asking, requestId, {
    act: 'request.verified',
    outcome: 'done',
    facts: { evidence, dueAt: dueAt ?? null },
  });
}

/**
 * Prolongs the clocks that can be, once and before the first date; the person has to be told, with the reason.
 * @throws HoldfastError `conflict` where no clock of it can be prolonged any more.
 */
export async function extendRequest(
  tx: Tx,
  asking: Asking,
  rules: Rulebook,
  requestId: string,
  reason: string,
): Promise<void> {
  const found = await requireRequest(tx, requestId);
  if (found.endedAt !== null) throw notInState('extended', found);
  const { clocks } = timed(found, rules, asking.now);
  const extended = clocks.filter(({ extendable }) => extendable);
  if (extended.length === 0)
    throw new HoldfastError(
      'conflict',
      'No clock of this request can be prolonged: it was prolonged before, its first date is over, or its rule allows none.',
    );
  const at = asking.now.toISOString();
  const { dueAt } = timed({ ...found, extendedAt: at }, rules, asking.now);
  await changeRequest(tx, requestId, {
    extendedAt: at,
    extensionReason: reason,
    reminders: 0,
    ...(dueAt !== undefined && { dueAt }),
  });
  await noteRequest(
    tx,
    asking,
    requestId,
    {
      act: 'request.extended',
      outcome: 'done',
      rules: extended.map(({ id }) => id),
      facts: { dueAt: dueAt ?? null },
    },
    { reason },
  );
}
