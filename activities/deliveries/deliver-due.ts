import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { endLeasesOf, failLeasesOf } from '../../recorder-core/records/delivery-leases.ts';
import { databaseClock } from '../../recorder-core/records/due-recordings.ts';
import type { ConnectorActivities } from '../connector-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import {
  claimBatch,
  putBack,
  type Claim,
  type ClaimedBatch,
  type ClaimOptions,
  type QueueWork,
} from './claim-batch.ts';
import type { BatchPace } from './claim-size.ts';
import { deliverBatch } from './deliver-batch.ts';
import { settleBehind, type SettleBehind } from './settle-behind.ts';

/** One call of the activity goes on for this long where there is more; short, so that a worker can be stopped. */
const SLICE_MS = 20_000;

/**
 * See `ConnectorActivities.deliverDue`. While a batch is made and sent, the next one is claimed and the one before is settled,
 * so that neither our database nor the other side waits for the other. Of each there is one at the most, however long the
 * queue is.
 */
export function deliverDue(own: ActivityDependencies): ConnectorActivities['deliverDue'] {
  return async ({ batches = Infinity, ...queue }) => {
    const deps = await byDatabaseClock(own, queue.tenantId);
    const { info, cancellationSignal: signal } = Context.current();
    const holderOf = (attempt: number): string =>
      holderIdOf([info.workflowExecution?.runId ?? '', info.activityId, attempt]);
    const ofEarlier = Array.from({ length: info.attempt - 1 }, (_none, index) => holderOf(index + 1));
    if (ofEarlier.length > 0)
      await deps.db.forTenant(queue.tenantId, (tx) =>
        endLeasesOf(tx, queue.connectionId, ofEarlier, deps.now()),
      );
    const work: QueueWork = { deps, queue, holder: holderOf(info.attempt), signal };
    const endsAt = deps.now().getTime() + SLICE_MS;
    const settling = settleBehind();
    const ahead = claimAhead(work);
    let sent = 0;
    let last: BatchPace | undefined;
    try {
      for (let batch = 1; ; batch += 1) {
        const claim: Claim =
          (await ahead.take()) ?? (await claimAfter(settling, work, { unlessLong: batches === 1, last }));
        if ('progress' in claim) return { ...claim.progress, sent };
        const isLast = batch >= batches || deps.now().getTime() >= endsAt;
        if (claim.isFull && !isLast) ahead.begin(last);
        const began = deps.now().getTime();
        const dealt = await deliverBatch(work, claim, settling);
        sent += dealt;
        last = { records: dealt, ms: deps.now().getTime() - began };
        signal.throwIfAborted();
        const overMs = deps.now().getTime() - endsAt;
        const isOver = overMs >= 0 || (batch >= batches && claim.isFull);
        // What is claimed is sent, unless this batch took so long that another one would not end in time.
        if (isOver && (!ahead.begun() || overMs >= SLICE_MS)) {
          await settling.end();
          return { sent, more: true, nextAt: null, width: claim.width };
        }
      }
    } catch (error) {
      // Where that cannot be written either, it looks as if the worker had died; a record is blamed for that after several in a row.
      await deps.db
        .forTenant(queue.tenantId, (tx) => failLeasesOf(tx, queue.connectionId, work.holder))
        .catch(() => undefined);
      throw error;
    } finally {
      await Promise.allSettled([settling.end(), ahead.giveBack()]);
    }
  };
}

/**
 * All workers by one clock, as far apart as their own may be: one that is ahead would take over what others have, or lease for as
 * long, and what it puts off would be due as late.
 */
async function byDatabaseClock(deps: ActivityDependencies, tenantId: string): Promise<ActivityDependencies> {
  const { clockOf = databaseClock } = deps;
  const offMs = await deps.db.forTenant(
    tenantId,
    async (tx) => (await clockOf(tx)).getTime() - deps.now().getTime(),
  );
  return { ...deps, now: () => new Date(deps.now().getTime() + offMs) };
}

/** Who holds what one attempt of one activity claims: whoever comes after it can name it. */
function holderIdOf(parts: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(parts.join('/')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** That nothing is left is true only once everything is settled, for that may queue something again. */
async function claimAfter(settling: SettleBehind, work: QueueWork, options: ClaimOptions): Promise<Claim> {
  await settling.end();
  return claimBatch(work, options);
}

/** Claims one batch while another is being sent. */
function claimAhead(work: QueueWork) {
  let claiming: Promise<Claim> | undefined;
  const take = async (): Promise<ClaimedBatch | undefined> => {
    const taken = claiming;
    claiming = undefined;
    const claim = await taken;
    return claim === undefined || 'progress' in claim ? undefined : claim;
  };
  return {
    take,
    begun: (): boolean => claiming !== undefined,
    begin(last: BatchPace | undefined): void {
      claiming = claimBatch(work, { last, ahead: true });
      claiming.catch(() => undefined); // whoever takes it is told
    },
    /** What was claimed and will not be sent any more. */
    async giveBack(): Promise<void> {
      const claim = await take();
      if (claim !== undefined) await putBack(work, claim);
    },
  };
}
