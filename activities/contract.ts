/**
 * What workflows may ask of the world: types only, the single thing that
 * workflows import from this folder. Every activity takes one object of ids and
 * returns one object; all are idempotent, because Temporal may run them again.
 */

/** Names one recording; never carries its content. */
export interface RecordingRef {
  readonly tenantId: string;
  readonly recordingId: string;
}

/** One delivery that a recording owes to one configured connection. */
export interface DeliveryRef extends RecordingRef {
  readonly connectionId: string;
}

/** A recording claimed for disposal; `policyEpoch` counts the claims, so that a spared item may be claimed anew. */
export interface DisposalRef extends RecordingRef {
  readonly policyEpoch: number;
}

/** Runs on the task queue of the node that owns the spool: `spool.<node>`. */
export interface SpoolActivities {
  /** Verifies each sealed part in the spool, moves it to the object store, reads it back, marks the recording `stored`. */
  storeParts(input: RecordingRef): Promise<{ readonly parts: number; readonly bytes: number }>;
}

/** CPU work; task queue `media`. */
export interface MediaActivities {
  /** Derives the waveform part from the media parts; does nothing where it stands already. */
  enrichRecording(input: RecordingRef): Promise<{ readonly derivedParts: number }>;
}

/** Light database work; task queue `lifecycle`. */
export interface LifecycleActivities {
  /** Connections that must be told of this recording now. */
  listDeliveries(input: RecordingRef): Promise<{ readonly connectionIds: readonly string[] }>;
  /** Decides retention, sets `retained` and `retain_until` with the rules that decided. */
  retainRecording(input: RecordingRef): Promise<{ readonly retainUntil: string | null }>;
  /** Claims up to `limit` recordings that are due and decides each again inside the claim's transaction; held ones stay. */
  claimDue(input: {
    readonly partition: number;
    readonly partitions: number;
    readonly limit: number;
  }): Promise<{ readonly claimed: readonly DisposalRef[]; readonly more: boolean }>;
  /** Point of no return: decides once more under a row lock, then writes the tombstone and destroys the data keys; `spared` when a hold came in between. */
  destroyKeys(input: DisposalRef): Promise<{ readonly outcome: 'destroyed' | 'spared' }>;
  /** Deletes the ciphertexts of a recording whose keys are gone. */
  destroyObjects(input: DisposalRef): Promise<{ readonly deleted: number }>;
  /** Proves by read-back that nothing is left, removes the personal data of the rows and writes the certificate. */
  certifyDisposal(input: DisposalRef): Promise<{ readonly ledgerIndex: number }>;
}

/** Remote I/O; task queue `connectors`. */
export interface ConnectorActivities {
  /** Upserts the recording into the connected system and stores the receipt; `unknown` was reconciled before it is returned. */
  deliverRecording(input: DeliveryRef): Promise<{ readonly outcome: 'done' | 'rejected' | 'unknown' }>;
  /** Asks the connected system to delete the recording and stores the receipt. */
  withdrawRecording(input: DeliveryRef): Promise<{ readonly outcome: 'done' | 'rejected' | 'unknown' }>;
}
