import type { SpeechDecoder } from '../../recorder-core/media/codecs/speech-decoder.ts';
import { openFfmpegSpeechDecoder } from '../../recorder-core/transcode/ffmpeg-speech-decoder.ts';
import type { Resources } from './open-resources.ts';

/** Of one role at a time; a listener needs one for a tenth of a second in twenty. */
const PROCESSES = 4;

/** The decoder of AMR, AMR-WB and G.729 that this machine has; a warning where it has none. */
export async function openSpeechDecoder({ config, log }: Resources): Promise<SpeechDecoder> {
  const speech = await openFfmpegSpeechDecoder({ program: config.ffmpeg, atOnce: PROCESSES });
  if (speech.formats.size === 0) {
    log.warn('ffmpeg was not found, so AMR, AMR-WB and G.729 are stored and not played; see HOLDFAST_FFMPEG');
  }
  return speech;
}
