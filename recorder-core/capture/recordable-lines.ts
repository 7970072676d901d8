import type { CodecDescription } from '../media/codec-description.ts';
import { isNullAddress, type OfferedStream } from '../siprec/offered-stream.ts';
import type { SessionStream } from '../siprec/session-streams.ts';
import type { ExpectedSource } from '../media/source-lock.ts';
import type { MediaPolicy } from './media-policy.ts';

/** Lines the recorder takes: audio over RTP, secured or not, whatever its codec. Others are answered with port 0 and the call goes on. Pure. */
export function isRecordable({ offered }: Pick<SessionStream, 'offered'>): boolean {
  return offered.media === 'audio' && /^RTP\/S?AVPF?$/i.test(offered.protocol) && offered.formats.length > 0;
}

/** The codecs of a line as its packet log describes them; a payload type without a name is kept under `unknown`. Pure. */
export function codecsOf(offered: Pick<OfferedStream, 'formats'>): CodecDescription[] {
  return offered.formats.map(({ payloadType, name, clockRate, channels, fmtp }) => ({
    payloadType,
    name: name === '' ? 'unknown' : shortened(name, 64),
    clockRate: Math.min(clockRate, 768_000),
    channels: Math.min(channels, 8),
    ...(fmtp === undefined ? {} : { fmtp: shortened(fmtp, 1024) }),
  }));
}

/** Where media of a line may come from: the address its SDP names, as far as it names one. Pure. */
export function expectedSource(
  { remote }: Pick<SessionStream, 'remote'>,
  policy: MediaPolicy,
): ExpectedSource | undefined {
  const { address } = remote;
  return address === '' || isNullAddress(address) ? undefined : { address, rule: policy.senders };
}

/** Cut between two characters: half of one would fit no database. */
function shortened(text: string, length: number): string {
  return text.slice(0, length).toWellFormed();
}
