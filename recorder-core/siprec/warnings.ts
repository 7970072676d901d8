/** What a warning says to the reader of a recording, and what an engineer can do at the source. */
export interface WarningText {
  readonly text: string;
  readonly remedy: string;
}

/**
 * What can be odd about a recording session without stopping the recording.
 *
 * The recorder accepts, records and warns; each code here is stored with the
 * recording. The texts hold no names, numbers or addresses of people.
 */
export const RECORDING_WARNINGS = {
  body_part_ignored: {
    text: 'A body part of a type the recorder does not read was ignored.',
    remedy: 'Mark the part handling=optional if it is not needed, or tell us what it carries.',
  },
  metadata_missing: {
    text: 'The offer carried no recording metadata, so the parties are taken from SIP headers.',
    remedy: 'Turn on SIPREC metadata at the source; network-based recording and built-in bridge send none.',
  },
  metadata_unreadable: {
    text: 'The metadata could not be read; it is kept as received and the call is recorded without it.',
    remedy: 'Look at the kept document: it is not well-formed XML, holds a DTD or entities, or is too large.',
  },
  metadata_duplicate: {
    text: 'The request carried more than one metadata document; the first was applied, all are kept.',
    remedy: 'Let the source send one document in each request.',
  },
  metadata_unknown_element: {
    text: 'The metadata holds an element the recorder does not know; it is kept as extension data.',
    remedy: 'Nothing is lost. Put vendor data into a namespace of its own or into extensiondata.',
  },
  metadata_not_well_formed: {
    text: 'The metadata is not quite well-formed XML; it was read as far as it makes sense.',
    remedy: 'Declare the namespace prefix, or quote the attribute, in the template at the source.',
  },
  metadata_missing_id: {
    text: 'An element of the metadata has no identifier, so it is identified by its place or label.',
    remedy: 'Give every session, participant and stream an id; without one, updates are matched by guess.',
  },
  metadata_duplicate_id: {
    text: 'Two elements of the metadata share one identifier; the later one is used.',
    remedy: 'Let the source make a fresh id for each element.',
  },
  metadata_bad_time: {
    text: 'A time in the metadata cannot be right; the time of arrival is used instead.',
    remedy: 'Set the clock of the source by NTP; a year of 1970 is a clock that was never set.',
  },
  metadata_unknown_data_mode: {
    text: 'The metadata names an unknown data mode; it was applied as a complete document.',
    remedy: 'Let the source write complete or partial.',
  },
  metadata_too_many_items: {
    text: 'The session names more items than the recorder follows; the document was kept and not applied.',
    remedy: 'Look for a loop at the source: no call has more than 512 participants or streams.',
  },
  metadata_not_kept: {
    text: 'The source sent more metadata than is kept for one session; the document was applied but not stored.',
    remedy: 'Send metadata when something changes, partial where possible, not periodically.',
  },
  stream_unknown: {
    text: 'A participant is said to send on a stream that the metadata does not describe.',
    remedy: 'Describe each stream a participant sends, with its label, in the same document or before.',
  },
  label_not_in_sdp: {
    text: 'The metadata describes a stream whose label is in no media line of the offer.',
    remedy: 'Use the same labels in SDP and metadata; in a single-line mode, describe one stream.',
  },
  label_not_in_metadata: {
    text: 'A media line of the offer has a label that the metadata does not describe.',
    remedy: 'Add a stream element with that label, so that the party on the line is known.',
  },
  label_missing: {
    text: 'A media line carries no label, so it is known by its position.',
    remedy: 'Turn on a=label at the source: position is lost when lines change their order.',
  },
  label_duplicate: {
    text: 'Two media lines carry the same label; the later one is known by its position.',
    remedy: 'Give each media line a label of its own.',
  },
  label_shared: {
    text: 'More than one participant sends on one media line: the audio is mixed.',
    remedy: 'Choose separate streams at the source if each party is to have a channel of its own.',
  },
  address_missing: {
    text: 'A media line names no address; media is taken from whoever sends to its port first.',
    remedy: 'Add a c= line to the SDP, or allow the source by address only.',
  },
  answer_lines_differ: {
    text: "The source answered the recorder's offer with another number of media lines; they are bound by place.",
    remedy: 'The answer must have the lines of the offer, refused ones with port 0 (RFC 3264 section 6).',
  },
  party_by_position: {
    text: 'A media line was given to a participant by position, for want of a better link.',
    remedy: 'Send participantstreamassoc with the stream each participant sends.',
  },
  party_from_headers: {
    text: 'A party was taken from SIP headers, for want of metadata.',
    remedy: 'Send recording metadata with the participants.',
  },
  party_unknown: {
    text: 'Nobody is known to speak on a media line; it is recorded without a name.',
    remedy: 'Name the participant that sends the stream of this label, now or in a later update.',
  },
  party_limit: {
    text: 'The session named more parties than are followed; the others are recorded without a name.',
    remedy: 'Keep participant ids stable over updates: a new id is a new party.',
  },
  party_placeholder: {
    text: 'The source named a placeholder instead of a participant; a later update should bring the real one.',
    remedy: 'Nothing, if an update follows. If none comes, record at answer instead of at call set-up.',
  },
  source_name_differs: {
    text: 'The media line names another source than the metadata does.',
    remedy: 'Listen who speaks on the line: metadata or cname is wrong, often after a transfer.',
  },
  direction_unexpected: {
    text: 'A media line is offered for receiving only, as if the recorder were to send; nothing will arrive on it.',
    remedy: 'A source offers sendonly, or inactive on hold.',
  },
  media_not_recorded: {
    text: 'A media line was refused with port 0; nothing of it is recorded.',
    remedy: 'Expected for video, text and messages; for audio check profile and keys against the policy.',
  },
  srtp_required: {
    text: 'A media line in the clear was refused, because this source must protect its media.',
    remedy:
      'Turn on SRTP (RTP/SAVP with a=crypto) at the source, or let the policy of the source allow plain media.',
  },
  srtp_not_allowed: {
    text: 'A secured media line was refused, because this source must send its media in the clear.',
    remedy: 'Turn SRTP off at the source, or let the policy of the source allow it.',
  },
  keys_need_tls: {
    text: 'A secured media line was refused, because its keys came over a connection that is not TLS.',
    remedy: 'Send the signalling over TLS, or let the policy of the source accept keys without it.',
  },
  too_many_parts: {
    text: 'A media line was refused, because the recording already has as many parts as one can have.',
    remedy:
      'End the session and begin another; keep labels stable over updates, for a line offered anew is a new part.',
  },
  media_sent_while_paused: {
    text: 'The recording was paused by the recorder and the source did not agree to stop sending; what came was not stored.',
    remedy: 'Nothing of the pause was kept. See whether the source supports a re-INVITE with a=inactive.',
  },
  keys_not_agreed: {
    text: 'A secured media line was refused: no key was agreed for it.',
    remedy:
      'Offer SDES keys (a=crypto) of a suite the recorder takes, over TLS where the policy asks for it.',
  },
} as const satisfies Record<string, WarningText>;

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
  const message = RECORDING_WARNINGS[code].text;
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
