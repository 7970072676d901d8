/** What the retention decision looks at: the facts of one item, without content or names. */
import type { RetentionRule, Trigger } from './rule-pack.ts';

/**
 * A legal hold, authority freeze or incident freeze on the item. Pass released ones too
 * until their grace has run out: the evaluator can only protect what it is told of.
 */
export interface ItemHold {
  readonly id: string;
  /** e.g. `legal`, `authority`, `incident`; all bind alike. */
  readonly kind: string;
  /** Instant of release; null or absent while it stands. */
  readonly releasedAt?: string | null | undefined;
}

/** A request that touches the item. An export being made counts as one. */
export interface ItemRequest {
  readonly id?: string | undefined;
  readonly kind: 'access' | 'dispute' | 'export' | 'erasure';
  readonly state: 'received' | 'verified' | 'approved' | 'refused' | 'fulfilled';
}

/** A tenant's own rule, on top of the pack: it can keep longer or, above every floor, delete sooner. */
export type TenantRetentionRule = Pick<RetentionRule, 'id' | 'trigger' | 'period' | 'zone'> & {
  readonly kind: 'floor' | 'ceiling' | 'deleteAt';
  readonly scope?: RetentionRule['scope'] | undefined;
};

/** One recording, message or other part that is kept under rules. Instants are RFC 3339 with offset. */
export interface RetentionItem {
  readonly id: string;
  readonly capturedAt: string;
  /** e.g. `call`, `voicemail`, `transcript`, `analysis-note`. */
  readonly kind: string;
  /** Rule classes the tenant has tagged it with, e.g. `business-call`, `mifid2`. */
  readonly classes: readonly string[];
  /** Instants of the events periods run from; an absent one has not happened (yet). */
  readonly triggers: Readonly<Partial<Record<Trigger, string | undefined>>>;
  readonly holds: readonly ItemHold[];
  readonly requests: readonly ItemRequest[];
  /** ISO 3166 codes of the parties' places; empty when unknown. */
  readonly jurisdictions: readonly string[];
  readonly tenantRules?: readonly TenantRetentionRule[] | undefined;
  /** Until when it is already promised or locked (WORM, an earlier pack): later rules cannot shorten it. */
  readonly lockedUntil?: string | null | undefined;
  /** The latest floor of earlier decisions; the next one keeps it with its own. */
  readonly keptFor?: string | null | undefined;
}

/** True while a request is neither refused nor fulfilled. */
export function isPending(request: ItemRequest): boolean {
  return request.state !== 'refused' && request.state !== 'fulfilled';
}

/** True for a pending request that needs the item kept: its evidence may not go before the answer. */
export function isOpenRequest(request: ItemRequest): boolean {
  return request.kind !== 'erasure' && isPending(request);
}
