import type { CodecDescription } from '../media/codec-description.ts';
import type { SessionStream } from '../siprec/session-streams.ts';

/** Lines the recorder takes: audio over RTP in the clear. Other lines are answered with port 0 and the call goes on. Pure. */
export function isRecordable({ offered }: SessionStream): boolean {
  return offered.media === 'audio' && /^RTP\/AVPF?$/i.test(offered.protocol) && codecsOf(offered).length > 0;
}

/** The codecs of a line as its packet log describes them; a payload type without a name says nothing and is left out. Pure. */
export function codecsOf(offered: SessionStream['offered']): CodecDescription[] {
  return offered.formats
    .filter(({ name }) => name !== '')
    .map(({ payloadType, name, clockRate, channels, fmtp }) => ({
      payloadType,
      name,
      clockRate,
      channels,
      ...(fmtp === undefined ? {} : { fmtp }),
    }));
}
