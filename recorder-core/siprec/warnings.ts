/**
 * What can be odd about a recording session without stopping the recording.
 *
 * The recorder accepts, records and warns; each code here is stored with the
 * recording. The texts hold no names, numbers or addresses of people.
 */
export const RECORDING_WARNINGS = {
  body_part_ignored: 'A body part of a type the recorder does not read was ignored.',
  body_part_unreadable: 'A part of the request body could not be read and was ignored.',
  metadata_missing: 'The offer carried no recording metadata, so the parties are taken from SIP headers.',
  metadata_unreadable:
    'The metadata could not be read; it is kept as received and the call is recorded without it.',
  metadata_duplicate:
    'The request carried more than one metadata document; the first was applied, all are kept.',
  metadata_unknown_element:
    'The metadata holds an element the recorder does not know; it is kept as extension data.',
  metadata_not_well_formed:
    'The metadata is not quite well-formed XML; it was read as far as it makes sense.',
  metadata_missing_id:
    'An element of the metadata has no identifier, so it is identified by its place or label.',
  metadata_duplicate_id: 'Two elements of the metadata share one identifier; the later one is used.',
  metadata_bad_time: 'A time in the metadata cannot be right; the time of arrival is used instead.',
  metadata_unknown_data_mode:
    'The metadata names an unknown data mode; it was applied as a complete document.',
  metadata_too_many_items:
    'The session names more items than the recorder follows; the document was kept and not applied.',
  metadata_not_kept:
    'The source sent more metadata than is kept for one session; the document was applied but not stored.',
  stream_unknown: 'A participant is said to send on a stream that the metadata does not describe.',
  label_not_in_sdp: 'The metadata describes a stream whose label is in no media line of the offer.',
  label_not_in_metadata: 'A media line of the offer has a label that the metadata does not describe.',
  label_missing: 'A media line carries no label, so it is known by its position.',
  label_duplicate: 'Two media lines carry the same label; the later one is known by its position.',
  label_shared: 'More than one participant sends on one media line: the audio is mixed.',
  party_by_position: 'A media line was given to a participant by position, for want of a better link.',
  party_from_headers: 'A party was taken from SIP headers, for want of metadata.',
  party_unknown: 'Nobody is known to speak on a media line; it is recorded without a name.',
  party_limit: 'The session named more parties than are followed; the others are recorded without a name.',
  party_placeholder:
    'The source named a placeholder instead of a participant; a later update should bring the real one.',
  source_name_differs: 'The media line names another source than the metadata does.',
  direction_unexpected:
    'A media line is offered for receiving only, as if the recorder were to send; nothing will arrive on it.',
  media_not_recorded: 'A media line of a kind the recorder does not record was refused with port 0.',
} as const satisfies Record<string, string>;

/** A member of the closed set of warnings. */
export type WarningCode = keyof typeof RECORDING_WARNINGS;

/** One warning on a recording; `label` names the media line it concerns, where there is one. */
export interface RecordingWarning {
  readonly code: WarningCode;
  readonly message: string;
  readonly label?: string;
}

/** Makes a warning with the standard sentence of its code. */
export function warning(code: WarningCode, label?: string): RecordingWarning {
  const message = RECORDING_WARNINGS[code];
  return label === undefined ? { code, message } : { code, message, label };
}

/** The same warnings, each code and label once, in order of first appearance. */
export function distinctWarnings(warnings: readonly RecordingWarning[]): RecordingWarning[] {
  const seen = new Map<string, RecordingWarning>();
  for (const item of warnings) {
    const key = `${item.code} ${item.label ?? ''}`;
    if (!seen.has(key)) seen.set(key, item);
  }
  return [...seen.values()];
}
