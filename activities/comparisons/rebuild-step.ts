/** A step of a rebuild on the other side; `begin` tells whether the copy is still to be filled. */
export type RebuildStep = (asked: {
  readonly tenantId: string;
  readonly connectionId: string;
  /** The name of the copy, 32 hex digits. */
  readonly copy: string;
  readonly step: 'begin' | 'putInPlace' | 'clear';
  readonly signal: AbortSignal;
}) => Promise<'filling' | 'in_place' | undefined>;
