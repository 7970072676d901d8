import { HoldfastError } from '../errors.ts';
import { serializeSdp, type MediaDescription } from '../sip/sdp.ts';
import type { OfferedStream } from './offered-stream.ts';

/** Where the recorder receives one media line; named by label, or by index where there is no label. */
export interface LocalStream {
  readonly label?: string;
  readonly mLineIndex?: number;
  readonly address: string;
  readonly port: number;
  /** Left out: the port above, or the same one when rtcp-mux was offered and is wanted by naming `port` here. */
  readonly rtcpPort?: number;
  /**
   * Payload types accepted, of those offered, in the order of preference. Left out: all of them in the
   * offered order, those nobody can decode too. That is the rule for a recorder that keeps payload as
   * it comes: a source may narrow the recorded call itself to what its recorder takes.
   */
  readonly formats?: readonly number[];
  /** The recorder itself pauses this line: `inactive`. */
  readonly paused?: boolean;
  /** The value of an `a=crypto` line (RFC 4568) with tag and suite of one that was offered, and a key of the recorder's. */
  readonly crypto?: string;
}

/** The recorder's own origin line: one session id for the dialog, a version that grows by one per change. */
export interface AnswerOrigin {
  readonly sessionId: string;
  readonly version: number;
  /** Address of the o= line and the session's c= line; that of the first accepted stream when left out. */
  readonly address?: string;
}

/** Names the sender of a session description to a human reader; carries no meaning. */
const USERNAME = 'holdfast';

/**
 * Pairs media lines with local streams.
 *
 * @throws HoldfastError `invalid_input` when a local stream fits no media line, or one that is taken.
 */
export function assignLocalStreams(
  lines: readonly OfferedStream[],
  local: readonly LocalStream[],
): Map<OfferedStream, LocalStream> {
  const assigned = new Map<OfferedStream, LocalStream>();
  for (const target of local) {
    const line = lines.find((candidate) =>
      target.mLineIndex === undefined
        ? target.label !== undefined && candidate.label === target.label && !assigned.has(candidate)
        : candidate.mLineIndex === target.mLineIndex,
    );
    if (line === undefined || assigned.has(line)) {
      throw unanswerable('a local stream names a media line that was not offered, or that is taken');
    }
    assigned.set(line, target);
  }
  return assigned;
}

/** Prints a session description of the recorder's; `describe` is told the address of the session's c= line. */
export function printDescription(
  origin: AnswerOrigin,
  firstAddress: string | undefined,
  describe: (sessionAddress: string) => readonly MediaDescription[],
): string {
  const address = origin.address ?? firstAddress ?? '127.0.0.1';
  return serializeSdp({
    origin: {
      username: USERNAME,
      sessionId: origin.sessionId,
      version: String(origin.version),
      netType: 'IN',
      addrType: address.includes(':') ? 'IP6' : 'IP4',
      address,
    },
    sessionName: '-',
    connection: connectionOf(address),
    attributes: [],
    media: describe(address),
    raw: '',
  });
}

/** An address as the value of a c= line. */
export function connectionOf(address: string): string {
  return `IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`;
}

/** Local streams and media lines that do not fit together: a fault of ours, told before anything is sent. */
export function unanswerable(why: string): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `No session description can be built: ${why}. Give one local stream for each line that is to be recorded.`,
  );
}
