import type { RemoteError } from '../../connectors/kit/remote-error.ts';
import type { ClaimedDelivery } from '../../recorder-core/records/deliveries.ts';
import { isAskedToWait } from './next-step.ts';

/** What a failure is judged by. */
export interface Circumstances {
  readonly delivery: Pick<ClaimedDelivery, 'failedAt'>;
  /** Deliveries of one call that met a failure of more than their record, this one included. */
  readonly together: number;
  /** When the connection last took something; null where it never did. */
  readonly lastDoneAt: Date | null;
  /** The work was stopped: what failed by that is nobody's fault. */
  readonly stopped: boolean;
}

/**
 * Whether a failure is that of the record itself: because the other side says so, because it failed alone of all that a call
 * carried, or because the connection, which it says has failed, has taken others since it last said so. Pure.
 */
export function isOwnFailure(
  error: RemoteError,
  { delivery, together, lastDoneAt, stopped }: Circumstances,
): boolean {
  if (error.scope === 'record') return true;
  if (stopped || together > 1) return false;
  if (error.scope === 'batch') return true;
  if (isAskedToWait(error) || lastDoneAt === null || delivery.failedAt === null) return false;
  return lastDoneAt.getTime() > Date.parse(delivery.failedAt);
}
