import type { ExportLimits } from '../../recorder-core/policy/export-rules.ts';
import type { Asking } from '../identity/asking.ts';

/** What the operator decided about exports. */
export interface ExportSettings {
  /** Above either, a second person has to agree. */
  readonly limits: ExportLimits;
  /** The longest that an export may be fetched, in days. */
  readonly maxDays: number;
  /** Address under which recipients reach the hub, without a slash at its end. */
  readonly publicUrl: string;
}

/** On whose behalf something is done with an export. */
export type ExportAsking = Asking;
