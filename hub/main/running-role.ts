/** A role that runs in this process. */
export interface RunningRole {
  /** Finishes what is in hand and gives everything back; called once. */
  stop(): Promise<void>;
}
