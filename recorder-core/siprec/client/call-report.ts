import type { SentStream, StreamTarget } from './media/sent-stream.ts';
import type { CallAct } from './scenario/call-step.ts';

export type { SentStream, StreamTarget } from './media/sent-stream.ts';

/** What happens in a played call, for a person who watches. Times in ms since the call was answered. */
export type CallEvent =
  | { readonly type: 'inviting'; readonly target: string }
  /** A target did not take the call, and the next is tried; `status` is that of its answer, if there was one. */
  | { readonly type: 'passed-on'; readonly target: string; readonly status: number | undefined }
  | { readonly type: 'answered'; readonly status: number; readonly streams: readonly AnsweredStream[] }
  | { readonly type: 'held' | 'resumed'; readonly atMs: number; readonly by: 'client' | 'recorder' }
  /** Any other step of the scenario was taken. */
  | { readonly type: 'changed'; readonly atMs: number; readonly what: CallAct['do'] }
  /** The recorder asked for the whole metadata again, and gets it. */
  | { readonly type: 'snapshot'; readonly atMs: number }
  | { readonly type: 'ended'; readonly by: CallReport['endedBy'] };

/** Where the recorder wants a line; undefined when it refused it. */
export interface AnsweredStream {
  readonly label: string;
  readonly target: StreamTarget | undefined;
}

/** A call that was played, to be compared with its recording. */
export interface CallReport {
  /** SIP Call-ID of the recording session; of the first, where each line has a dialog of its own. */
  readonly dialogCallId: string;
  /** Id of the recorded call, as in the metadata. */
  readonly callId: string;
  /** The recorder that took the call, of those given. */
  readonly target: string;
  /** From the INVITE that was answered to its answer, in ms. */
  readonly setupMs: number;
  readonly streams: readonly SentStream[];
  /** Epoch ms. */
  readonly answeredAt: number;
  readonly endedAt: number;
  /** `client` when all audio was sent, `abort` when the signal came first, `recorder` when it hung up. */
  readonly endedBy: 'client' | 'abort' | 'recorder';
}
