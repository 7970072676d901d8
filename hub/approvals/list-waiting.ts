import { waitsForDecider } from '../../recorder-core/policy/approval.ts';
import { listApprovals, type Approval } from '../../recorder-core/records/approvals.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { Asking } from '../identity/asking.ts';
import { askedOf, deciderOf } from './decide-approval.ts';

/**
 * What waits for a person: open approvals that they may decide, by their own right or a lent one, and are asked at the
 * level that was reached. Those due first come first.
 */
export async function listWaiting(tx: Tx, asking: Asking): Promise<Approval[]> {
  const decider = await deciderOf(tx, asking);
  const open = await listApprovals(tx, { open: true });
  return open.filter((each) => waitsForDecider({ ...each, ...askedOf(each) }, decider, asking.now.getTime()));
}
