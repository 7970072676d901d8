import { readBody, type RecordingBody } from './offer.ts';
import { OfferRefused } from './offer-refused.ts';
import { isNullAddress, type OfferedStream } from './offered-stream.ts';
import { warning, type RecordingWarning } from './warnings.ts';
import type { SipMessage } from '../sip/message.ts';

/** A media line of an offer the recorder made, as far as the answer to it depends on it. */
export interface ProposedLine {
  readonly label?: string;
  /** It was offered `inactive`: the recorder pauses it. */
  readonly paused?: boolean;
  /** The source held it before; an answer to a pause says nothing about that. */
  readonly held?: boolean;
}

/**
 * Reads the source's answer to an offer of the recorder's: the ACK of a delayed offer, with or
 * without metadata beside the SDP, or the 200 to a re-INVITE. Its lines answer ours by place (RFC
 * 3264 section 6). A line without label bears ours from then on; where the source states one of its
 * own, that one holds, because its metadata and later offers mean it by that, and ours is kept as
 * `proposedLabel`. A line we paused is not taken for held by the source, which had no choice. The
 * outcome goes into `RecordingSession.update` like any other body.
 *
 * @throws OfferRefused as `readOffer` does, and 488 when there is no SDP or not one line was taken:
 * nothing can be recorded then.
 */
export function readAnswer(
  proposed: readonly ProposedLine[],
  message: Pick<SipMessage, 'headers' | 'body'>,
): RecordingBody {
  const body = readBody(message);
  if (!body.streams.some((line) => line.port !== 0)) {
    throw new OfferRefused(
      488,
      "The source answered the recorder's offer without a media line to record; check that it sends one of the codecs offered.",
    );
  }
  const streams = body.streams
    .slice(0, proposed.length)
    .map((line) => boundTo(proposed[line.mLineIndex], line));
  const differs = body.streams.length !== proposed.length;
  const warnings = body.warnings.filter((item) => item.code !== 'label_missing');
  const found: readonly RecordingWarning[] = differs ? [warning('answer_lines_differ')] : [];
  return { ...body, streams, warnings: [...warnings, ...found] };
}

function boundTo(proposed: ProposedLine | undefined, line: OfferedStream): OfferedStream {
  return {
    ...line,
    ...(proposed?.label !== undefined && {
      label: line.label ?? proposed.label,
      proposedLabel: proposed.label,
    }),
    ...(proposed?.paused && { held: proposed.held === true || isNullAddress(line.address) }),
  };
}
