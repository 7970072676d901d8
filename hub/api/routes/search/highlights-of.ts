import { markWords } from '../../../../recorder-core/policy/mark-words.ts';
import type { Recording } from '../../../../recorder-core/records/recordings.ts';
import type { RecordingSummary } from '../../schemas/recording.ts';
import type { Highlight } from '../../schemas/search.ts';

/**
 * Where folded words stand in what the asker is shown of a recording, and in nothing else: texts are taken from the records
 * and never from a search engine, which may have what the asker must not see, or what is no longer true. Pure.
 */
export function highlightsOf(
  { parties, department }: RecordingSummary,
  { id, callId, region }: Recording,
  words: readonly string[],
): Highlight[] {
  const texts: [Highlight['field'], string | null][] = [
    ...parties.flatMap(({ name, address, label }): [Highlight['field'], string | null][] => [
      ['name', name],
      ['address', address],
      ['label', label],
    ]),
    ['department', department],
    ['region', region],
    ['callId', callId],
    ['id', id],
  ];
  return texts.flatMap(([field, text]) => {
    if (text === null) return [];
    const marks = markWords(text, words).map(([from, to]): [number, number] => [from, to]);
    return marks.length === 0 ? [] : [{ field, text, marks }];
  });
}
