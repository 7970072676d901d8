import type { RulesChange } from '../../activities/compliance-contract.ts';

/** Brings approved rules into force and takes the stored dates after them. Only optional fields may be added. */
export interface PolicyChangeInput extends RulesChange {
  /** Where a run before this one stopped; left out, the rules come into force first. */
  readonly progress?: PolicyChangeProgress;
}

/** How far the stored dates were taken. */
export interface PolicyChangeProgress {
  /** Id of the last recording that was decided; null before the first. */
  readonly last: string | null;
  readonly decided: number;
  readonly moved: number;
}
