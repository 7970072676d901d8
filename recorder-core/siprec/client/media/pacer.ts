/** What a pacer keeps in time: the media of one call. */
export interface PacedMedia {
  /** When something is to be sent next, in ms of the call; `Infinity` when nothing is. Asked often: must be cheap. */
  nextDue(): number;
  /** Sends all that is due at `nowMs`. Synchronous and without waiting, however much that is. */
  sendDue(nowMs: number): void;
}

/**
 * The clock of one call, in ms since the pacer was made. Whoever holds it sees time pass only in `until`; with a pacer of
 * real time the media flows on meanwhile, whatever else is awaited.
 */
export interface Pacer {
  elapsed(): number;
  /** Takes over the sending of this media from now on; once. */
  drive(media: PacedMedia): void;
  /** Resolves when all that is due before `ms` was sent and `ms` has come; early when `signal` is aborted. */
  until(ms: number, signal: AbortSignal): Promise<void>;
  /** Sends nothing more. Idempotent. */
  stop(): void;
}
