import type { ConsentChangeRef } from '../../activities/compliance-contract.ts';

/** Carries one change of consent out. Only optional fields may be added. */
export interface ConsentChangeInput extends ConsentChangeRef {
  /** Goes on behind this recording; set by a run that gives over to the next. */
  readonly after?: string | null;
  readonly appliedBefore?: number;
}

/** How many recordings it met; the rows say what came of each. */
export interface ConsentChangeResult {
  readonly applied: number;
}
