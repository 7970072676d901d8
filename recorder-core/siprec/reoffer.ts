import { acceptedLine, isTaken, rejectedLine } from './local-line.ts';
import { assignLocalStreams, printDescription, type AnswerOrigin, type LocalStream } from './local-stream.ts';
import type { OfferedStream } from './offered-stream.ts';

/**
 * Builds an offer of the recorder's inside a running dialog (RFC 3264 section 8), by which it pauses
 * and resumes: the lines as they were negotiated last (`RecordingSession.lines()`), in count and
 * order; `inactive` for a local stream that is paused, else `recvonly`; labels, formats and profile
 * kept; a line that was refused stays at port 0.
 *
 * @throws HoldfastError `invalid_input` when a local stream fits no line, or says what was not negotiated.
 */
export function buildReoffer(
  lines: readonly OfferedStream[],
  local: readonly LocalStream[],
  origin: AnswerOrigin,
): string {
  const assigned = assignLocalStreams(lines, local);
  return printDescription(origin, local[0]?.address, (address) =>
    lines.map((line) => {
      const target = assigned.get(line);
      if (!isTaken(line, target)) return rejectedLine(line);
      // A source that holds a line itself answers `inactive` to `recvonly`, so its hold stays.
      return acceptedLine(line, target, target.paused ? 'inactive' : 'recvonly', address);
    }),
  );
}
