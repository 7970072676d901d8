import { defineQuery } from '@temporalio/workflow';
import type { RecordingRef } from '../../activities/contract.ts';

/** Starts a lifecycle. Only optional fields may be added, because runs of older shapes stay open. */
export interface RecordingLifecycleInput extends RecordingRef {
  /** The node whose spool holds the sealed parts. */
  readonly spoolNode: string;
  /**
   * Set on every run that is started today: it takes the path with the queues and needs no mark in its history for that. A mark
   * is a write to the list of runs too. Runs from before have none here and ask their history.
   */
  readonly queues?: true;
  /** Of runs that deliver themselves: how long retention waits for it, in milliseconds; two minutes by default. */
  readonly deliveryGraceMs?: number;
}

/** Where a recording stands on its way to `retained`. `redelivering`: retained, while a run that delivers itself still tries a connection. */
export type LifecycleStage =
  'storing' | 'enriching' | 'delivering' | 'retaining' | 'redelivering' | 'completed';

/** What became of one delivery: `queued` it is the queue's. The others are of runs that delivered themselves; `failed` after every retry the policy allows. */
export type DeliveryState = 'queued' | 'pending' | 'done' | 'rejected' | 'unknown' | 'failed';

/** What the `status` query answers. */
export interface LifecycleStatus {
  readonly stage: LifecycleStage;
  /** False when derived parts could not be made. */
  readonly enriched: boolean;
  /** By connection id. */
  readonly deliveries: Readonly<Record<string, DeliveryState>>;
  /** RFC 3339; null while undecided and where no rule ends the retention. */
  readonly retainUntil: string | null;
}

/** Where the recording stands; answers on closed runs too. */
export const statusQuery = defineQuery<LifecycleStatus>('status');
