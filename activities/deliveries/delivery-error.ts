import { createHash } from 'node:crypto';
import { remedyOf, type RemoteError } from '../../connectors/kit/remote-error.ts';
import type { DeliveryError } from '../../recorder-core/records/settle-deliveries.ts';

/** An error as deliveries keep it. Failures of one class, code, operation and field have one fingerprint. Pure. */
export function deliveryErrorOf(operation: string, error: RemoteError): DeliveryError {
  const { status, code: named } = error.remote ?? {};
  const code = named ?? (status === undefined ? null : String(status));
  const field = error.field ?? null;
  const cause = JSON.stringify([error.class, code, operation, field]);
  return {
    class: error.class,
    code,
    title: error.title,
    fix: remedyOf(error),
    field,
    fingerprint: createHash('sha256').update(cause).digest('hex').slice(0, 16),
  };
}
