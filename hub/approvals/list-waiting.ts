import { isAsked, isBarred, mayDecide } from '../../recorder-core/policy/approval.ts';
import { listApprovals, type Approval } from '../../recorder-core/records/approvals.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { Asking } from '../identity/asking.ts';
import { askPolicy, deciderOf, type NamedDecider } from './decide-approval.ts';

/**
 * What waits for a person: open approvals that they may decide, by their own right or a lent one, and are asked at the
 * level that was reached. Those due first come first.
 */
export async function listWaiting(tx: Tx, asking: Asking): Promise<Approval[]> {
  const decider = await deciderOf(tx, asking);
  const open = await listApprovals(tx, { open: true });
  return open.filter((each) => waitsFor(each, decider, asking.now));
}

function waitsFor(approval: Approval, decider: NamedDecider, now: Date): boolean {
  if (!askPolicy(approval, decider, now).allowed) return false;
  const rights = [decider, ...decider.lentBy].filter(
    (each) =>
      each.id !== approval.requestedBy?.id && !isBarred(approval, each) && mayDecide(each.role, approval.act),
  );
  return rights.some(({ role }) => isAsked(approval.levels, approval.level, role));
}
