/**
 * What workflows may ask of the world: types only, the single thing that
 * workflows import from this folder. Every activity takes one object of ids and
 * returns one object; all are idempotent, because Temporal may run them again.
 */
import type { ReportSection } from '../recorder-core/policy/report-periods.ts';

import type { CutState } from '../recorder-core/policy/cut.ts';
import type { RequestState } from '../recorder-core/policy/subject-request.ts';

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

/** Names one approval; never what is asked. */
export interface ApprovalRef {
  readonly tenantId: string;
  readonly approvalId: string;
}

/** Names one matter; never what it is about. */
export interface MatterRef {
  readonly tenantId: string;
  readonly matterId: string;
}

/** One telling of one custodian. */
export interface NoticeRef extends MatterRef {
  readonly noticeId: string;
  readonly connectionId: string;
  readonly step: 'sent' | 'reminded' | 'escalated';
}

/** Names one change of a hold by query that is to be told. */
export interface HoldSpreadRef {
  readonly tenantId: string;
  readonly spreadId: string;
}

/** Names one change of consent; never whose. */
export interface ConsentChangeRef {
  readonly tenantId: string;
  readonly changeId: string;
}

/** Changes of consent after the fact; task queue `lifecycle`. */
export interface ConsentActivities {
  /** Tells the recorders of all calls in progress; those in which the party does not speak take no notice. */
  tellLiveCalls(input: ConsentChangeRef): Promise<{ readonly told: number }>;
  /** Decides a page of the party's recordings again and acts on each, once. `next` is null behind the last page. */
  applyConsentPage(
    input: ConsentChangeRef & { readonly after: string | null },
  ): Promise<{ readonly next: string | null; readonly applied: number }>;
  /** Notes that it has been carried out, and forgets the address. */
  endConsentChange(input: ConsentChangeRef): Promise<void>;
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

/** Names one span that is to be cut out of a recording. */
export interface CutRef {
  readonly tenantId: string;
  readonly cutId: string;
}

/** What decides about cuts; task queue `lifecycle`. */
export interface CutActivities {
  /**
   * Moves a cut as far as its row, the second person's answer, the rules and the order to destroy the old parts allow; each
   * step once. `derive` where parts without the span are to be made now; else it is to be looked at again at `nextAt`.
   */
  advanceCut(input: CutRef): Promise<{
    readonly state: CutState;
    readonly over: boolean;
    readonly work: 'derive' | 'wait';
    readonly nextAt: string;
  }>;
}

/** The making of parts without a span; task queue `media`. */
export interface CutMakingActivities {
  /**
   * Makes the parts without the span and orders the destruction of those that have it, in one transaction. Does nothing where
   * that was done, or where the rules, a hold or another order has come in between.
   */
  deriveCut(input: CutRef): Promise<{ readonly derived: number }>;
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

/** Names one change of a person's place. */
export interface RoleChangeRef {
  readonly tenantId: string;
  readonly changeId: string;
}

/** Changes of people; task queue `lifecycle`. */
export interface PeopleActivities {
  /** Applies a change whose date has come, once; else says when that is. `accessEnds` where the person may not sign in any more by it. */
  applyRoleChange(input: RoleChangeRef): Promise<{
    readonly state: 'waiting' | 'applied' | 'unchanged' | 'refused' | 'withdrawn';
    readonly effectiveAt: string;
    readonly accessEnds: boolean;
  }>;
  /**
   * Ends what somebody who may not sign in any more has open again, and hands over what a leaver looks after, once.
   * Does nothing for whoever is active again. `clean` where nothing was open.
   */
  settleLeaver(input: RoleChangeRef): Promise<{ readonly clean: boolean; readonly things: number }>;
}

/** What time does to approvals; task queue `lifecycle`. */
export interface ApprovalActivities {
  /**
   * Reminds, asks the next level or lets it expire, whatever is due by the row; each once, however often it is called.
   * `over` is true where the approval has ended, by whatever; else it is to be looked at again at `nextAt`.
   */
  advanceApproval(
    input: ApprovalRef,
  ): Promise<{ readonly over: boolean; readonly level: number; readonly nextAt: string }>;
}

/** Names one incident; never what happened. */
export interface IncidentRef {
  readonly tenantId: string;
  readonly incidentId: string;
}

/** The life of incidents; task queue `lifecycle`. */
export interface IncidentActivities {
  /** Notes which leaves are evidence, and holds the recordings that the incident names and no hold of it reaches yet. */
  freezeEvidence(input: IncidentRef): Promise<{ readonly recordings: number }>;
  /**
   * Does what time or an answer has made due, each once: reminders, the next level, what was missed, clocks that follow, the
   * closing that a second person agreed to. Says when to look again, and which connections do not have it as it stands.
   */
  advanceIncident(input: IncidentRef): Promise<{
    readonly over: boolean;
    readonly nextAt: string | null;
    readonly tickets: readonly string[];
  }>;
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

/** Matters and their holds; task queue `lifecycle`. */
export interface HoldActivities {
  /**
   * Brings a matter to where it must be now: releases that were answered, graces that are over, reminders that are due, its
   * end. `due` are the notices to be sent now: each step is noted once, and is due until it was handed to its connection; `nextAt` is
   * null where only people can bring the next.
   */
  advanceMatter(input: MatterRef): Promise<{
    readonly over: boolean;
    readonly nextAt: string | null;
    readonly due: readonly (Omit<NoticeRef, keyof MatterRef | 'connectionId'> & {
      readonly connectionId: string | null;
    })[];
  }>;
  /**
   * Tells of one page of what a hold by query reaches that the hold has changed; `busy` where too much waits to be told
   * already, and nothing was done. Each page is told once.
   */
  spreadHold(input: HoldSpreadRef): Promise<{ readonly outcome: 'more' | 'busy' | 'done' }>;
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

/** Names one request of a person; never who that is. */
export interface SubjectRequestRef {
  readonly tenantId: string;
  readonly requestId: string;
}

/** Requests of people; task queue `lifecycle`. */
export interface RequestActivities {
  /** Moves a request as far as it moves by itself, reminds of its clocks, each once, and says what comes next. */
  advanceRequest(input: SubjectRequestRef): Promise<{
    readonly state: RequestState;
    readonly over: boolean;
    readonly work: 'discover' | 'fulfil' | 'wait';
    readonly waitingFor: string | null;
    readonly nextAt: string;
  }>;
  /** Finds every recording in which the person speaks, and proposes what to do with each. Goes on where it was. */
  discoverRequest(input: SubjectRequestRef): Promise<{ readonly found: number }>;
  /** Orders what was decided, looks at what is under way and keeps receipts; `open` is what is not settled yet. */
  fulfilRequest(
    input: SubjectRequestRef,
  ): Promise<{ readonly open: number; readonly waitingFor: readonly string[] }>;
  /** Writes the answer, and puts digests in the place of what names an erased person. */
  answerRequest(input: SubjectRequestRef): Promise<{ readonly answered: boolean }>;
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

/** Names one compliance report. */
export interface ReportRef {
  readonly tenantId: string;
  readonly reportId: string;
}

/** Names one comparison of calls. */
export interface ReconciliationRef {
  readonly tenantId: string;
  readonly reconciliationId: string;
}

/** Comparison of calls and compliance reports; task queue `lifecycle`. */
export interface ComplianceActivities {
  /** Compares the calls of a closed window from where the last attempt came to; keeps verdicts, raises and heals findings. */
  reconcileCalls(input: ReconciliationRef): Promise<{ readonly missing: number; readonly unlisted: number }>;
  /** For every tenant: asks for what is due (comparison, reports of quarters), escalates findings, removes what is over. */
  runComplianceRound(input: Record<string, never>): Promise<{ readonly reports: number }>;
  /** Runs one section of a report from its cursor to its end; does nothing where it has ended. */
  auditSection(input: ReportRef & { readonly section: ReportSection }): Promise<{ readonly state: string }>;
  /** Ends a section that could not be finished, with the reason. */
  skipSection(input: ReportRef & { readonly section: ReportSection; readonly why: string }): Promise<void>;
  /** Puts the report together, stores both files encrypted, signs them, enters the leaf and asks for an anchor. */
  sealReport(input: ReportRef): Promise<{ readonly state: string }>;
  /** Ends a report that could not be sealed, with the reason. */
  failReport(input: ReportRef & { readonly why: string }): Promise<void>;
}

/** Rules that a second person has agreed to; `subjectId` is the digest of a pack, or the version of a tenant's policy. */
export interface RulesChange {
  readonly tenantId: string;
  readonly approvalId: string;
  readonly kind: 'rule-pack' | 'tenant-policy';
  readonly subjectId: string;
}

/** What brings rules into force. */
export interface PolicyActivities {
  /** Makes approved rules the active ones; done once, however often it is asked. Fails for good where they do not verify. */
  activateRules(input: RulesChange): Promise<{ readonly activated: boolean }>;
  /**
   * Decides a page of retained recordings by the rules in force and keeps the dates that moved; never an earlier one. Asked
   * again for the page that was done last under this approval, it answers what it came to then.
   */
  recomputeDates(input: {
    readonly tenantId: string;
    readonly approvalId: string;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<{
    readonly decided: number;
    readonly moved: number;
    readonly last: string | null;
    readonly more: boolean;
  }>;
  /** Enters the end of it into the ledger. */
  noteRecomputed(input: RulesChange & { readonly decided: number; readonly moved: number }): Promise<void>;
}
