/**
 * What workflows may ask of the world for the life of a recording: types only. With `compliance-contract.ts` and
 * `connector-contract.ts` all that workflows import from this folder. Every activity takes one object of ids and
 * returns one object; all are idempotent, because Temporal may run them again.
 */

/** Names one recording; never carries its content. */
export interface RecordingRef {
  readonly tenantId: string;
  readonly recordingId: string;
}

/** Names recordings of one tenant, at most `TOLD_AT_ONCE` of `records/announce-changes.ts`. */
export interface RecordingsRef {
  readonly tenantId: string;
  readonly recordingIds: readonly string[];
}

/** A recording claimed for disposal; `policyEpoch` counts the claims, so that a spared item may be claimed anew. */
export interface DisposalRef extends RecordingRef {
  readonly policyEpoch: number;
}

/**
 * A share of a tenant's due recordings: some of the 16 shards into which the last bits of their ids divide them. Several, because
 * recordings that are due together lie together, and a page of many shards has more of what it reads from the disk.
 */
export interface DueShare {
  readonly tenantId: string;
  readonly shards?: readonly number[];
  /** One alone: so runs ask that began before shares were of several. */
  readonly shard?: number;
  readonly after?: { readonly dueAt: string; readonly id: string };
}

/** One queue of deliveries: what one connection is still to be told, in one lane. */
export interface DeliveryQueueRef {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly lane: 'live' | 'backfill' | 'replay';
}

/** Names one stream of one connection. */
export interface StreamRef {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly stream: string;
}

/** Names one export; never what is in it. */
export interface ExportRef {
  readonly tenantId: string;
  readonly exportId: string;
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

/** The making of bundles; task queue `media`. */
export interface ExportMakingActivities {
  /**
   * Makes the bundle of an approved export, encrypts it to the recipient and stores the ciphertext. `ready` is false where
   * the export was over before or meanwhile; then nothing of it is stored. Each attempt stores under a key of its own.
   */
  makeExport(input: ExportRef): Promise<{ readonly ready: boolean; readonly expiresAt: string }>;
}

/** The end of exports; task queue `lifecycle`. */
export interface ExportActivities {
  /**
   * Ends an export whose days are over, or with a `failure` that is not ready, and deletes the objects of one that is
   * over, however it ended. `over` is false where it goes on.
   */
  endExport(input: ExportRef & { readonly failure?: string }): Promise<{ readonly over: boolean }>;
}

/** Light database work; task queue `lifecycle`. */
export interface LifecycleActivities {
  /** Connections that must be told of this recording now. */
  listDeliveries(input: RecordingRef): Promise<{ readonly connectionIds: readonly string[] }>;
  /** Queues the recording for every connection that must be told of it, and has their queues looked at. */
  queueRecording(input: RecordingRef): Promise<{ readonly connectionIds: readonly string[] }>;
  /** The same for many recordings in one transaction; answers how many deliveries were queued or joined. */
  queueRecordings(input: RecordingsRef): Promise<{ readonly queued: number }>;
  /** Queues in which something is due, of all tenants, a page at most; forgets deliveries that have been over for long. */
  findDueQueues(input: Record<string, never>): Promise<{ readonly queues: readonly DeliveryQueueRef[] }>;
  /** Streams of live connections that are due to be read, of all tenants, a page at most. */
  findDueStreams(input: Record<string, never>): Promise<{ readonly streams: readonly StreamRef[] }>;
  /** Asks for a comparison, without repairs, of every live connection that can tell what it holds and has had none for a week; of all tenants. */
  askDueComparisons(input: Record<string, never>): Promise<{ readonly asked: number }>;
  /** Decides retention, sets `retained` and `retain_until` with the rules that decided. */
  retainRecording(input: RecordingRef): Promise<{ readonly retainUntil: string | null }>;
  /**
   * Gives the objects of a retained recording the store's lock: to the decided floor, with a legal hold while it is held.
   * Does nothing where the store has no lock or the recording is not retained.
   */
  lockObjects(input: RecordingRef): Promise<{ readonly locked: number }>;
  /** The same for many recordings; one that the store refuses keeps none of the others from its lock and is in `failed`. */
  lockManyObjects(input: RecordingsRef): Promise<{ readonly failed: readonly string[] }>;
  /**
   * Claims up to `limit` recordings that are due, of the tenants of a partition in turn, and decides each again inside the
   * claim's transaction; held ones stay. `behind` names a tenant that has more: it is gone through by shares, each with
   * `share` and behind where the share's last page ended. Nothing is claimed while a tenant's run waits for approval.
   */
  claimDue(input: {
    readonly partition: number;
    readonly partitions: number;
    readonly limit: number;
    readonly share?: DueShare;
  }): Promise<{
    readonly claimed: readonly DisposalRef[];
    readonly more: boolean;
    readonly behind?: string;
    readonly after?: DueShare['after'];
    /** Due recordings that were decided, going or not. */
    readonly decided?: number;
  }>;
  /** Decides under a row lock whether a claimed recording may still go, before anybody is asked to delete it; `spared` when a hold came first. */
  confirmDisposal(input: DisposalRef): Promise<{ readonly outcome: 'confirmed' | 'spared' }>;
  /** Decides under a row lock and writes the tombstone, in the database and in the journal outside it; from then on nothing opens the keys. `spared` when a hold came first. */
  writeTombstone(input: DisposalRef): Promise<{ readonly outcome: 'written' | 'spared' }>;
  /** Has every process let go of what it has of the recording in memory, and ends open playbacks; waits for each answer or the end of its lease. */
  evictKeys(input: DisposalRef): Promise<{ readonly processes: number }>;
  /** Point of no return: decides once more under a row lock, then destroys the data keys; writes the tombstone first where none stands; `spared` when a hold came in between. */
  destroyKeys(input: DisposalRef): Promise<{ readonly outcome: 'destroyed' | 'spared' }>;
  /** Deletes the ciphertexts of a recording whose keys are gone. */
  destroyObjects(input: DisposalRef): Promise<{ readonly deleted: number }>;
  /** Proves by read-back that nothing is left, removes the personal data of the rows and writes the certificate. */
  certifyDisposal(input: DisposalRef): Promise<{ readonly ledgerIndex: number }>;
}

/** Names one order to destroy parts of a recording. */
export interface PartDisposalRef {
  readonly tenantId: string;
  readonly disposalId: string;
}

/** Parts destroyed alone; task queue `lifecycle`. Each does nothing more once the order has gone further. */
export interface PartDisposalActivities {
  /** Decides under the recording's lock which of the parts may go and writes their tombstone, in the database and in the journal; `spared` where none may. */
  buryParts(
    input: PartDisposalRef,
  ): Promise<{ readonly outcome: 'written' | 'spared'; readonly recordingId: string }>;
  /** Has every process let go of the recording; playbacks of what is left can begin anew at once. */
  evictParts(input: PartDisposalRef): Promise<{ readonly processes: number }>;
  /** Point of no return: decides once more under the lock, then destroys the data keys of these parts; `spared` when a hold came in between. */
  destroyParts(input: PartDisposalRef): Promise<{ readonly outcome: 'destroyed' | 'spared' }>;
  /** Deletes the ciphertexts of the parts whose keys are gone. */
  destroyPartObjects(input: PartDisposalRef): Promise<{ readonly deleted: number }>;
  /** Proves by read-back that nothing of the parts is left, keeps the evidence and announces that the recording has changed. */
  certifyParts(input: PartDisposalRef): Promise<{ readonly parts: number }>;
}

/** The life of keys; task queue `lifecycle`. Together they close a period: see docs/keys.md. */
export interface KeyActivities {
  /** Rotates the root key of the provider and notes which roots are to go; takes up a period that is open. Null without tenants. */
  openKeyPeriod(input: Record<string, never>): Promise<{ readonly periodId: string | null }>;
  /** Wraps up to `limit` key-encryption keys anew, or replaces those below which something was destroyed. */
  rewrapKeys(input: {
    readonly periodId: string;
    readonly limit: number;
  }): Promise<{ readonly rewrapped: number; readonly replaced: number; readonly more: boolean }>;
  /** Destroys the old roots once nothing uses them any more, and closes the period; else says what it waits for. */
  destroyRoots(input: {
    readonly periodId: string;
  }): Promise<
    | { readonly outcome: 'closed'; readonly beyondRecoveryAt: string | null }
    | { readonly outcome: 'waiting'; readonly blockers: readonly string[] }
  >;
  /** Says of up to `limit` disposals, each with a leaf, that older backups open nothing of them any more. */
  completeDisposals(input: {
    readonly limit: number;
  }): Promise<{ readonly completed: number; readonly more: boolean }>;
}

/** The object store as such; task queue `lifecycle`. */
export interface StoreActivities {
  /** Tries with canaries whether the store keeps what it promises; keeps the result, alerts and incidents for every tenant. */
  probeStore(): Promise<{ readonly verdict: 'worm' | 'not-worm' | 'no-lock' }>;
  /** Removes uploads that were given up, and canaries whose locks have ended; answers how many canaries are left. */
  tidyStore(): Promise<{ readonly abandoned: number; readonly canariesLeft: number }>;
}
