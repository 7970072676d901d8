/** Starts the sweep of one partition; the Schedule in `temporal.yaml` gives it. */
export interface RetentionSweepInput {
  readonly partition: number;
  readonly partitions: number;
  /** Recordings claimed at once. */
  readonly limit: number;
  /** Claimed by earlier runs of the same sweep; carried through continue-as-new. */
  readonly claimedBefore?: number;
}

/** What a sweep did: how many disposals it set going. */
export interface RetentionSweepResult {
  readonly claimed: number;
}
