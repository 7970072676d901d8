import { HoldfastError } from '../../recorder-core/errors.ts';
import { lockGrant, type AccessGrant } from '../../recorder-core/records/access-grants.ts';
import { withdrawApprovalsAbout } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { stepGrant } from '../../recorder-core/records/end-grants.ts';
import type { Asking } from '../identity/asking.ts';

/** Whether a grant is somebody's own: to them, or asked for by them. Such a one they may give back whatever their role is. */
export function isOwnGrant({ to, requestedBy }: AccessGrant, personId: string): boolean {
  return requestedBy.id === personId || ('user' in to && to.user.id === personId);
}

/**
 * Ends a grant before its time, or the request for it; what it allows is over with the commit.
 * @throws HoldfastError `not_found`; `conflict` where it is over.
 */
export async function revokeGrant(tx: Tx, asking: Asking, grantId: string, reason: string): Promise<void> {
  const grant = await lockGrant(tx, grantId);
  if (grant === undefined)
    throw new HoldfastError('not_found', 'There is no grant with this id in your tenant.');
  const { person, tenantId, now, newId } = asking;
  const waits = grant.state === 'requested';
  const event = waits && isOwnGrant(grant, person.id) ? 'withdraw' : 'revoke';
  if ((await stepGrant(tx, asking, grant, event, { by: person, reason })) === undefined)
    throw new HoldfastError('conflict', `This grant is ${grant.state}; nothing changed.`);
  if (!waits) return;
  const about = { kind: 'access-grant', subjectId: grantId } as const;
  await withdrawApprovalsAbout(tx, about, { tenantId, now, newId, reason });
}
