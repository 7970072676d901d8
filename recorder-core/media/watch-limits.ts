/** When a running call is worth an alert; all of them are met within 10 s of the fault. */

/** Times in milliseconds. */
export interface WatchLimits {
  /** No packet for this long, with nothing that explains it. */
  readonly deadAfterMs: number;
  /** The same for a sender that last sent comfort noise, or still sends RTCP: it may only be silent. */
  readonly deadWithLifeAfterMs: number;
  /** More loss than this over 10 s; the alert ends below half of it. */
  readonly lossPercent: number;
  /** Sound at or below this level is silence, in dBov; G.711 only. */
  readonly silenceDbov: number;
  readonly silentAfterMs: number;
  /** `call`: only when nobody is heard; `stream`: each silent side by itself, for lines on which nobody may be silent. */
  readonly silenceOf: 'call' | 'stream';
  /** Nothing is raised and cleared, or cleared and raised, within this time. */
  readonly holdOffMs: number;
}

export const WATCH_LIMITS: WatchLimits = {
  deadAfterMs: 8_000,
  deadWithLifeAfterMs: 60_000,
  lossPercent: 5,
  silenceDbov: -60,
  silentAfterMs: 8_000,
  silenceOf: 'call',
  holdOffMs: 5_000,
};
