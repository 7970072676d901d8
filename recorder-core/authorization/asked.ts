/** What is asked of the policies: who, which act, about what, under which circumstances. */
import type { Act } from '../policy/access.ts';

/** Who asks. */
export interface Principal {
  readonly id: string;
  readonly kind: 'user' | 'service';
  readonly role: string;
  readonly groups: readonly string[];
  readonly department: string | null;
  readonly job: string | null;
  readonly region: string | null;
}

/** A recording, by all that policies may speak of. */
export interface AccessedRecording {
  readonly type: 'recording';
  readonly id: string;
  /** Where it is kept. */
  readonly region: string;
  readonly department: string | null;
  readonly classification: string | null;
  readonly retentionClass: string;
  readonly source: string;
  readonly startedAtMs: number;
  readonly restricted: boolean;
  readonly held: boolean;
  /** Ids of the users who took part. */
  readonly ownOf: readonly string[];
  /** Ids of the asking person's grants that reach it by a query, a matter or an export; left out where nobody looked. */
  readonly grants?: readonly string[];
}

/** What the asking is about; `tenant` for acts without a thing of their own (lists, settings). */
export type AccessedThing = { readonly type: 'tenant'; readonly id: string } | AccessedRecording;

/** What else decides. */
export interface AccessContext {
  readonly nowMs: number;
  readonly purpose: string | null;
  /** IP address of whoever asks. */
  readonly address: string | null;
  readonly country: string | null;
  /** Where the asking comes from, where this is known. */
  readonly region: string | null;
  /** Since the last strong proof of presence; null where there never was one. */
  readonly stepUpAgeMs: number | null;
  readonly means: 'session' | 'token' | 'machine';
  /** How many other recordings the person has played in the last five minutes; left out where nobody counts. */
  readonly recentPlays?: number;
}

/** One question. */
export interface Asked {
  readonly principal: Principal;
  readonly act: Act;
  readonly thing: AccessedThing;
  readonly context: AccessContext;
}
