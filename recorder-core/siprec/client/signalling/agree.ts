import { HoldfastError } from '../../../errors.ts';
import { parseSdp } from '../../../sip/sdp.ts';
import { readStreams, type OfferedStream } from '../../offered-stream.ts';
import type { LineAgreement } from '../media/media-line.ts';
import type { CallModel, ModelLine } from './call-model.ts';

const NOISE_NAME = 'CN';

/** The media lines of the recorder's answer or offer. @throws HoldfastError `unsupported` when it cannot be read. */
export function readRecorderSdp(body: Buffer): OfferedStream[] {
  try {
    return readStreams(parseSdp(body.toString('utf8')));
  } catch (cause) {
    throw new HoldfastError(
      'unsupported',
      'The recorder accepted the call without a readable session description, so nothing could be sent to it.',
      { cause },
    );
  }
}

/**
 * Takes the recorder's ports, payload types and pauses from its description, whose lines stand at the places of
 * ours (RFC 3264 section 6). A secured line goes out under its keys once the recorder has taken it.
 *
 * @throws HoldfastError `unsupported` when no line is left to send on.
 */
export function agreeOn(model: CallModel, described: readonly OfferedStream[]): void {
  for (const [index, line] of model.lines.entries()) {
    if (line.closed) continue;
    const theirs = described[index];
    const labelEchoed = line.label !== undefined && theirs?.label === line.label;
    const agreement = agreementFor(line, theirs, labelEchoed);
    line.payloadType = agreement.payloadType;
    line.media.agree(agreement);
    line.media.paused = theirs?.held === true && line.direction === 'sendonly' && !line.nullAddress;
    if (line.keys !== undefined) line.media.secure(line.keys);
  }
  if (model.lines.some(({ media }) => media.target !== undefined)) return;
  throw new HoldfastError(
    'unsupported',
    'The recorder accepted the call but refused every media line, so nothing was sent; check which codecs and SRTP suites it takes.',
  );
}

function agreementFor(
  line: ModelLine,
  theirs: OfferedStream | undefined,
  labelEchoed: boolean,
): LineAgreement {
  const { codec } = line.media.track;
  const typeOf = (name: string): number | undefined => typeIn(theirs, { ...codec, name });
  const payloadType = typeOf(codec.name);
  const secured = line.keys === undefined || (theirs?.crypto.length ?? 0) > 0;
  const usable = theirs !== undefined && theirs.port !== 0 && payloadType !== undefined && secured;
  return {
    target: usable ? { address: theirs.address, port: theirs.port, rtcpPort: theirs.rtcpPort } : undefined,
    payloadType: payloadType ?? codec.payloadType,
    eventPayloadType: typeOf('telephone-event'),
    noisePayloadType: typeOf(NOISE_NAME),
    labelEchoed,
  };
}

/**
 * The number of a codec on a line: where it stands there several times, that of our packing. AMR alone has two that cannot be
 * told apart by name (RFC 4867 section 8.1).
 */
function typeIn(
  theirs: OfferedStream | undefined,
  codec: { readonly name: string; readonly clockRate: number; readonly fmtp?: string | undefined },
): number | undefined {
  const named = theirs?.formats.filter(
    ({ name, clockRate }) => name.toUpperCase() === codec.name.toUpperCase() && clockRate === codec.clockRate,
  );
  const isAligned = (fmtp: string | undefined): boolean => /octet-align=1/i.test(fmtp ?? '');
  const packed = named?.find(({ fmtp }) => isAligned(fmtp) === isAligned(codec.fmtp));
  return (packed ?? named?.[0])?.payloadType;
}
