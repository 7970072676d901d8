import {
  DEFAULT_DENY,
  stepUpNeeded,
  UNDECIDABLE,
  type AccessDecision,
} from '../../recorder-core/authorization/access-decision.ts';
import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import type { LeafObject } from '../../recorder-core/ledger/leaf.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readRecording, type Recording } from '../../recorder-core/records/recordings.ts';
import { requireUse } from '../../recorder-core/records/restrictions.ts';
import { stepUpRequired } from '../identity/step-up.ts';
import { isUnseenWall } from './allowed-recordings.ts';
import { OUT_OF_SCOPE, type Asker, type Question } from './decide.ts';

/**
 * As `refusalOf`; where a restriction refuses, with its grounds and the purposes that they leave open.
 */
export async function explainRefusal(
  tx: Tx,
  { principal, circumstances }: Asker,
  { act, object, purpose = circumstances.purpose }: Question,
  decision: AccessDecision,
): Promise<HoldfastError> {
  const refusal = refusalOf(decision, act, object);
  if (refusal.code !== 'forbidden' || !decision.rule.startsWith('restriction/')) return refusal;
  const recording = await readRecording(tx, object.id);
  if (recording === undefined) return refusal;
  const { policies, detail } = refusal;
  return new HoldfastError(
    'forbidden',
    wordsOfRestriction(recording, principal.role, purpose ?? undefined) ?? refusal.message,
    { ...(policies !== undefined && { policies }), ...(detail !== undefined && { detail }) },
  );
}

function wordsOfRestriction(
  recording: Pick<Recording, 'restriction'>,
  role: string,
  purpose: string | undefined,
): string | undefined {
  try {
    requireUse(recording, role, purpose);
    return undefined;
  } catch (error) {
    if (isHoldfastError(error)) return error.message;
    throw error;
  }
}

/**
 * What is told to whoever was refused: which policies, in words, and whom to ask. Where only a fresh proof of presence lacks it
 * is `step_up_required`; a recording that is unseen is `not_found`, as if it were not there.
 */
export function refusalOf(decision: AccessDecision, act: string, object: LeafObject): HoldfastError {
  const { rule, policies } = decision;
  const seconds = stepUpNeeded(decision);
  if (seconds !== undefined) return stepUpRequired(act, seconds);
  if (policies.some(({ id }) => isUnseenWall(id)) && object.type === 'recording')
    return new HoldfastError('not_found', 'There is no recording with this id in your tenant.', {
      detail: rule,
    });
  return new HoldfastError('forbidden', wordsOf(decision, act), {
    detail: rule,
    policies: policies.map(({ id, effect, says, ask }) => ({ id, effect, says, ask })),
  });
}

function wordsOf({ rule, policies }: AccessDecision, act: string): string {
  if (rule === DEFAULT_DENY)
    return `Your role does not allow ${act} (rule ${rule}), and no grant of yours does. Ask an administrator.`;
  if (rule === OUT_OF_SCOPE)
    return `The token of this machine is not for ${act} (rule ${rule}). Ask an administrator for one that is.`;
  if (rule === UNDECIDABLE)
    return `Whether you may do ${act} could not be decided, so it is refused (rule ${rule}). Ask an administrator to look at the policies of access.`;
  return policies
    .map(({ id, says, ask }) => [says, `(policy ${id})`, ask].filter((part) => part !== null).join(' '))
    .join(' ');
}
