/** What came of a remote act: planned, answered, and in the end one outcome per record. */
import type { FieldValue } from './fields.ts';
import type { OutboundRecord } from './record.ts';
import type { RemoteError } from './remote-error.ts';

/** A request as it would be sent, for people to read; no credential, no content of records. */
export interface PlannedCall {
  readonly method: string;
  /** Path on the remote system, or the name of a port's method. */
  readonly target: string;
}

/** The plan for one record; nothing has been written. It is plain JSON, so it can be stored and shown. */
export interface Planned<R extends OutboundRecord = OutboundRecord> {
  readonly record: R;
  /** Idempotency key of this act. */
  readonly key: string;
  /** `upsert` where the remote side was not asked; `none` when it already stands so; `refuse` with `error`. */
  readonly action: 'create' | 'update' | 'upsert' | 'delete' | 'none' | 'refuse';
  readonly remoteId: string;
  readonly call?: PlannedCall;
  /**
   * What the remote object has now in the fields that `record.fields` names, where the remote side was asked; the host
   * shows people the difference. Left out of what is stored.
   */
  readonly there?: Readonly<Record<string, FieldValue>>;
  /** What the decision rests on, for the connector's own use in `execute` (for example a sequence number). */
  readonly basis?: Readonly<Record<string, string | number>>;
  readonly error?: RemoteError;
}

/** What a finished act did. `confirmed`: found to stand when reconciled. `superseded`: the remote side is newer. */
export type ActResult =
  'created' | 'updated' | 'unchanged' | 'superseded' | 'deleted' | 'absent' | 'confirmed';

/** What the connector reports for one record, in the order of the plan. */
export type Answer =
  | {
      readonly outcome: 'done';
      readonly result: ActResult;
      readonly remoteId: string;
      readonly remoteVersion?: string;
      /** What else came of it, as a plain code: `contact-ambiguous`. No personal data. */
      readonly note?: string;
    }
  | { readonly outcome: 'rejected'; readonly error: RemoteError }
  | { readonly outcome: 'unknown'; readonly error: RemoteError };

/** What `reconcile` found for one act whose outcome was unknown. */
export type RemoteState =
  | {
      readonly state: 'applied';
      readonly result: ActResult;
      readonly remoteId: string;
      readonly remoteVersion?: string;
    }
  | { readonly state: 'not_applied' }
  | { readonly state: 'unknown'; readonly error: RemoteError };

/** Proof of one remote act, written by the host; plain JSON, free of personal data. */
export interface Receipt {
  readonly receiptVersion: 1;
  readonly tenantId: string;
  readonly connectionId: string;
  readonly connector: string;
  readonly connectorVersion: string;
  readonly operation: string;
  readonly recordId: string;
  readonly revision: number;
  readonly key: string;
  readonly result: ActResult;
  readonly remoteId: string;
  readonly remoteVersion: string | null;
  /** See `Answer`; absent where there is nothing more to say. */
  readonly note?: string;
  /** Whether the remote side answered the act itself, or was found so afterwards. */
  readonly proof: 'answered' | 'reconciled' | 'planned';
  /** RFC 3339 with milliseconds, UTC. */
  readonly at: string;
}

/** The end of one record's act: exactly one per record given, in the same order. */
export type Outcome =
  | { readonly outcome: 'done'; readonly recordId: string; readonly receipt: Receipt }
  | { readonly outcome: 'rejected'; readonly recordId: string; readonly error: RemoteError }
  | { readonly outcome: 'unknown'; readonly recordId: string; readonly error: RemoteError };
