/**
 * What workflows may ask of the world for what people decide about recordings: types only, with the guarantees of `contract.ts`.
 */
import type { ReportSection } from '../recorder-core/policy/report-periods.ts';
import type { CutState } from '../recorder-core/policy/cut.ts';
import type { RequestState } from '../recorder-core/policy/subject-request.ts';

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
