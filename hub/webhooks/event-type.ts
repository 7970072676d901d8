import type { z } from 'zod';
import type { TombstoneJournal } from '../../recorder-core/vault/tombstone-journal.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { RulePacks } from '../../recorder-core/records/rule-packs.ts';
import type { LastProcessed } from '../../recorder-core/records/inbound-events.ts';

/** An event as its handler gets it: verified, of its schema, and not handled before. */
export interface InboundEvent<D> {
  /** Ours; natural key of whatever comes of it. */
  readonly id: string;
  readonly type: string;
  readonly connectionId: string;
  /** Name of the connection, for leaves and people. */
  readonly connection: string;
  /** When it happened, as the sender says. */
  readonly occurredAt: Date;
  /** The sender's own count of changes of the thing it is about; null where it keeps none. */
  readonly sequence: number | null;
  readonly receivedAt: Date;
  readonly data: D;
}

/** What a handler works with. */
export interface EventContext {
  /** The transaction in which the event becomes done; a handler that throws undoes all of it. */
  readonly tx: Tx;
  readonly tenantId: string;
  readonly now: Date;
  readonly newId: (at: Date) => string;
  /** Tombstones outside the database, which a hold takes back. */
  readonly journal: () => Promise<TombstoneJournal>;
  /** The rules in force. */
  readonly packs: RulePacks;
  /** Under which the addresses of call records are digested; undefined where this process has no secrets. */
  readonly callSecret: Buffer | undefined;
  /** The latest event about the same thing that was processed; undefined before the first. */
  readonly last: LastProcessed | undefined;
}

/**
 * A type of event that other systems may send. Its handler runs in one transaction, may be run again after a failure, and
 * must give the right result whatever order events come in: `isOldNews` tells. It throws a HoldfastError whose code is not
 * retryable to refuse the event, with a sentence that the sender may read; anything else is tried again.
 */
export interface EventType<S extends z.ZodType = z.ZodType> {
  /** `<topic>.<past participle>`, as `case.opened`. */
  readonly type: string;
  /** Of `data`; strict, so that nothing is silently left out. */
  readonly schema: S;
  /** The sender's id of the thing it is about: events about one thing are processed one after the other. */
  readonly objectOf: (data: z.output<S>) => string;
  readonly handle: (context: EventContext, event: InboundEvent<z.output<S>>) => Promise<void>;
}

/** Keeps the types of schema and handler together. */
export function defineEventType<S extends z.ZodType>(type: EventType<S>): EventType {
  return type as unknown as EventType;
}

/** Whether something later about the same thing was processed before: by the sender's count, else by its times. */
export function isOldNews(
  { last }: Pick<EventContext, 'last'>,
  { sequence, occurredAt }: Pick<InboundEvent<unknown>, 'sequence' | 'occurredAt'>,
): boolean {
  if (last === undefined) return false;
  if (sequence !== null && last.sequence !== null) return sequence <= last.sequence;
  return occurredAt.getTime() < last.occurredAt.getTime();
}
