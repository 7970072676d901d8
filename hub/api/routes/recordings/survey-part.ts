import type { SpeechDecoder } from '../../../../recorder-core/media/codecs/speech-decoder.ts';
import { surveyAudio, type AudioSurvey } from '../../../../recorder-core/media/survey-audio.ts';
import { streamPart, type PartAccess } from '../../../../recorder-core/records/open-part.ts';
import type { Part } from '../../../../recorder-core/records/parts.ts';

/** A stored part never changes, so what was learnt of it stays true; the oldest is forgotten beyond this many. */
const REMEMBERED = 1000;
const surveys = new WeakMap<object, Map<string, AudioSurvey>>();

/** What a media part has to play. Reads the whole part the first time. Errors as `openPart` and `surveyAudio`. */
export async function surveyPart(
  access: PartAccess & { readonly speech?: SpeechDecoder | undefined },
  tenantId: string,
  part: Part,
): Promise<AudioSurvey> {
  const known = surveys.get(access) ?? new Map<string, AudioSurvey>();
  surveys.set(access, known);
  const remembered = known.get(part.id);
  if (remembered !== undefined) return remembered;
  const survey = await surveyAudio(streamPart(access, tenantId, part), access.speech);
  const [oldest] = known.keys();
  if (known.size >= REMEMBERED && oldest !== undefined) known.delete(oldest);
  known.set(part.id, survey);
  return survey;
}
