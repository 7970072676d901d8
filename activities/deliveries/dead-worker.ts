import type { Outcome } from '../../connectors/kit/outcome.ts';
import { remoteError } from '../../connectors/kit/remote-error.ts';
import type { ClaimedDelivery } from '../../recorder-core/records/deliveries.ts';
import type { Takeover } from '../../recorder-core/records/delivery-leases.ts';
import { randomFraction } from '../random-fraction.ts';
import { waitFor } from './next-step.ts';

/** So many workers in a row that died with one record, and nothing else, are no accident. */
const MOST_CRASHES = 5;
/** A worker that dies is dear: what it held together goes in a tenth each. */
const PARTS = 10;
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 10 * 60_000;

/**
 * How what a dead worker held is taken over: at once the first two times, for most die of something else; then after waits that no
 * two records share, so that one which is only near when another kills its worker is somewhere else the next time.
 */
export function takeoverAt(now: Date): Takeover {
  return {
    now,
    parts: PARTS,
    waitMs: (crashes) =>
      crashes <= 2 ? 0 : waitFor(crashes - 2, FIRST_WAIT_MS, LONGEST_WAIT_MS, randomFraction),
  };
}

/** Whether so many workers have died with it that it is not sent any more. Pure. */
export function killsWorkers({ crashes }: Pick<ClaimedDelivery, 'crashes'>): boolean {
  return crashes >= MOST_CRASHES;
}

/** What becomes of a record that kills workers: nobody knows whether it arrived, and a person has to look. Pure. */
export function killedWorkers(recordId: string, { crashes }: Pick<ClaimedDelivery, 'crashes'>): Outcome {
  const error = remoteError(
    'unknown_outcome',
    `The worker died while this record alone was being sent, or failed by a fault of its own, ${crashes} times in a row; it may have arrived.`,
    {
      fix: 'Look at the logs of the workers for what ends them or fails there, at their memory first. Then look whether the record is over there, and send it again.',
      remote: { code: 'worker_died' },
    },
  );
  return { outcome: 'unknown', recordId, error: { ...error, retry: 'never' } };
}
