import { hash } from 'node:crypto';
import { canonicalJson } from '../../recorder-core/ledger/canonical-json.ts';

/** What makes one remote act the same act: who, where, what, and the payload itself. */
export interface ActIdentity {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly operation: string;
  readonly recordId: string;
  /** Its canonical JSON. */
  readonly payload: string;
}

/** SHA-256 over the canonical JSON of the identity, 64 hex digits: equal acts give equal keys in every process. */
export function idempotencyKey(act: ActIdentity): string {
  const rest = canonicalJson([act.tenantId, act.connectionId, act.operation, act.recordId]);
  return hash('sha256', `${rest.slice(0, -1)},${act.payload}]`);
}
