import { acceptedLine, isTaken, rejectedLine } from './local-line.ts';
import { assignLocalStreams, printDescription, type AnswerOrigin, type LocalStream } from './local-stream.ts';
import type { OfferedDirection, OfferedStream } from './offered-stream.ts';

export type { AnswerOrigin, LocalStream } from './local-stream.ts';

/**
 * Builds the answer to a recording offer (RFC 3264 section 6, RFC 7866 section 7.2): plain SDP with
 * as many media lines as offered, in their order and profile; labels echoed; `recvonly` for a line
 * that sends or states no direction, `inactive` for one that is on hold; port 0 for every line
 * without a local stream, and for one of a secured profile without a key.
 *
 * @throws HoldfastError `invalid_input` when a local stream fits no media line, or says what was not offered.
 */
export function buildAnswer(
  offer: { readonly streams: readonly OfferedStream[] },
  local: readonly LocalStream[],
  origin: AnswerOrigin,
): string {
  const assigned = assignLocalStreams(offer.streams, local);
  return printDescription(origin, local[0]?.address, (address) =>
    offer.streams.map((line) => {
      const target = assigned.get(line);
      if (!isTaken(line, target)) return rejectedLine(line);
      return acceptedLine(
        line,
        target,
        target.paused ? 'inactive' : answerDirection(line.direction),
        address,
      );
    }),
  );
}

/** What the recorder answers to an offered direction: it only ever receives. */
function answerDirection(offered: OfferedDirection): 'recvonly' | 'inactive' {
  // A source that only wants to receive gets nothing from a recorder (RFC 3264 section 6.1).
  return offered === 'inactive' || offered === 'recvonly' ? 'inactive' : 'recvonly';
}
