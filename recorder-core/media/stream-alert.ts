/** What can be wrong with a stream while it is being recorded, told within seconds so that somebody can act. */

/** `dead-stream`: packets have stopped or never came. `one-way-audio`: one side of the call only. */
export type StreamAlertKind =
  'dead-stream' | 'one-way-audio' | 'codec-mismatch' | 'sustained-loss' | 'silence' | 'clock';

/** An alert as it is raised or cleared; names the stream, never a person. */
export interface StreamAlert {
  readonly kind: StreamAlertKind;
  readonly state: 'raised' | 'cleared';
  /** The SDP label of the stream; null for an alert about the call as a whole. */
  readonly label: string | null;
  /** Wall clock, milliseconds since 1970. */
  readonly atMs: number;
  /** A sentence for a person: what is seen and what it may mean. No personal data. */
  readonly detail: string;
}
