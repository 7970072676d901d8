import type { AttributePath } from '../schemas/find-attribute.ts';

/** How an attribute is compared (RFC 7644 section 3.4.2.2). */
export const COMPARISONS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** What an attribute is compared with. */
export type Comparable = string | number | boolean | null;

/** All, or one, of several. */
export interface Joined {
  readonly op: 'and' | 'or';
  readonly parts: readonly Filter[];
}

/** A filter as it was written; whether its attributes exist is asked when it is used. */
export type Filter =
  | Joined
  | { readonly op: 'not'; readonly filter: Filter }
  /** `emails[type eq "work"]`: one value of the list fits. */
  | { readonly op: 'has'; readonly path: AttributePath; readonly filter: Filter }
  | { readonly op: 'pr'; readonly path: AttributePath }
  | { readonly op: Comparison; readonly path: AttributePath; readonly value: Comparable };
