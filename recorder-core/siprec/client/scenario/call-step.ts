import type { CallParty } from '../call-party.ts';
import type { Track } from '../tracks/track.ts';

/** How a request in mid-call goes out. */
export type ChangeMethod = 'INVITE' | 'UPDATE';

/** How a hold is said: `a=inactive`, the null address, both, or not at all in the SDP (media just stops). */
export type HoldForm = 'inactive' | 'null-address' | 'both' | 'sendonly';

/**
 * What a recorded call goes through. Members are numbered in the order of joining, from 0: the parties of the call first.
 * A request goes out as re-INVITE unless `by` says otherwise.
 */
export type CallAct =
  /** All lines, or those of the members named. The dialect's own form when `as` is left out. */
  | {
      readonly do: 'hold';
      readonly as?: HoldForm;
      readonly by?: ChangeMethod;
      readonly members?: readonly number[];
    }
  | { readonly do: 'resume'; readonly by?: ChangeMethod }
  /** Somebody joins: on a line of their own, or on that of another member, which then is a mixed one. */
  | { readonly do: 'join'; readonly party: CallParty; readonly onLineOf?: number; readonly by?: ChangeMethod }
  /** Somebody leaves; a line nobody is left on is closed. */
  | { readonly do: 'leave'; readonly member: number; readonly by?: ChangeMethod }
  /** A member leaves and another takes the line over; sources often move its ports with it. */
  | {
      readonly do: 'transfer';
      readonly member: number;
      readonly to: CallParty;
      readonly newPorts?: boolean;
      readonly by?: ChangeMethod;
    }
  /** The line goes on in the codec of the track. */
  | { readonly do: 'codec'; readonly member: number; readonly track: Track; readonly by?: ChangeMethod }
  /** The line goes on under another SSRC, unannounced. */
  | { readonly do: 'ssrc'; readonly member: number }
  /** All lines move to other ports. */
  | { readonly do: 'ports'; readonly by?: ChangeMethod }
  /** New SRTP keys for all secured lines. */
  | { readonly do: 'rekey'; readonly by?: ChangeMethod }
  /** Metadata alone, in an UPDATE unless `by` says otherwise. */
  | { readonly do: 'metadata'; readonly mode: 'complete' | 'partial'; readonly by?: ChangeMethod }
  /** Anything a test wants to happen at this moment. */
  | { readonly do: 'run'; act(): Promise<void> };

/** An act and its time, in ms since the call was answered. */
export type CallStep = CallAct & { readonly atMs: number };
