import type { CrossBorderConflict } from '../policy/cross-border.ts';
import type { Circumstance } from '../policy/rule-pack.ts';

/** A decision as it was made: what, why in sentences, by which rules of which pack, and when. */
export interface Explanation {
  readonly outcome: string;
  readonly reasons: readonly string[];
  readonly rules: readonly ExplainedRule[];
  readonly packDigest: string;
  /** Version of the tenant's policy on top of the pack, where it had one. */
  readonly policyVersion?: number | undefined;
  /** Of a consent decision: every place a party may have been in; `unknown` among them where that is not settled. */
  readonly places?: readonly string[] | undefined;
  /** Of a consent decision: whether anything may be stored, and of whom. */
  readonly act?: 'store' | 'wait' | 'end' | undefined;
  readonly parties?: readonly ConsentedParty[] | undefined;
  /** The law demanded the recording. */
  readonly mandated?: boolean | undefined;
  /** What it was recorded for. */
  readonly purpose?: string | undefined;
  readonly alsoFor?: readonly string[] | undefined;
  /** Under which circumstances of a consent decision, and by what each is known. */
  readonly circumstances?:
    readonly { readonly circumstance: Circumstance; readonly by: string }[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly conflict?: CrossBorderConflict | undefined;
  readonly decidedAt: string;
  /** Of a retention decision: the latest floor; null where none binds. */
  readonly keptFor?: string | null;
}

/** What a consent decision meant for one party; `ordinal` is that of its row. */
export interface ConsentedParty {
  readonly party: string;
  readonly ordinal: number;
  readonly label: string | null;
  readonly own: boolean;
  readonly stored: boolean;
  readonly reason: string;
}

/** One rule that took part in a decision. */
export interface ExplainedRule {
  readonly id: string;
  readonly source?: string | undefined;
  readonly status?: 'verified' | 'unverified' | undefined;
  readonly detail?: string | undefined;
  /** Of a consent decision: for whom it matched. */
  readonly party?: string | undefined;
}
