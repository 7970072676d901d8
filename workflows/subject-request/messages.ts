import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { SubjectRequestRef } from '../../activities/compliance-contract.ts';
import type { RequestState } from '../../recorder-core/policy/subject-request.ts';

/** Starts the work on one request. Only optional fields may be added. */
export interface SubjectRequestInput extends SubjectRequestRef {
  /** How often what is being carried out is looked at, at first; it doubles up to an hour. 5 s where it is left out. */
  readonly lookMs?: number;
}

/** What the `status` query answers. */
export interface SubjectRequestStatus {
  readonly state: RequestState | null;
  /** What it waits for, in words; null while it works. */
  readonly waitingFor: string | null;
  readonly nextAt: string | null;
}

/** The row has changed: somebody did something, or a second person answered. */
export const requestChanged = defineSignal('requestChanged');
/** Where the request stands; answers on closed runs too. */
export const subjectRequestStatus = defineQuery<SubjectRequestStatus>('status');
