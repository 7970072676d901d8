import type { z } from 'zod';
import type { NoteKind } from '../policy/consent-standing.ts';
import type { SipMessage } from '../sip/message.ts';
import type { RecordingOffer } from '../siprec/offer.ts';
import type { OfferedStream } from '../siprec/offered-stream.ts';
import type { Party } from '../siprec/session-parties.ts';
import type { consentNoteSchema } from './session-journal.ts';

/** Something said or given about consent, and about whom. */
export interface HeardNote {
  readonly note: z.infer<typeof consentNoteSchema>;
  readonly about: 'everybody' | { readonly label: string } | { readonly isParty: (party: Party) => boolean };
  readonly atMs: number;
}

/**
 * The header in which a recording client or telephone system says what its parties were told and answered, in an INVITE,
 * UPDATE or INFO of the session: `assented;line=2;prompt=welcome-7;sha256=…;language=de`. Repeatable.
 */
export const CONSENT_HEADER = 'X-Recording-Consent';

const KINDS: Readonly<Record<string, NoteKind>> = {
  tone: 'toned',
  announced: 'announced',
  assented: 'assented',
  refused: 'refused',
  withdrawn: 'withdrawn',
};
/** More than any call has; the rest is not read. */
const MOST_NOTES = 64;

/** When something was heard, and where its id comes from. */
export interface Hearing {
  readonly atMs: number;
  readonly newId: (at: Date) => string;
}

/** What a request says of consent: in its header, and in the preferences of its lines. Pure. */
export function heardIn(
  request: Pick<SipMessage, 'headers'>,
  offer: Pick<RecordingOffer, 'streams'>,
  hearing: Hearing,
): HeardNote[] {
  return [...notesOfHeader(request, hearing), ...notesOfPreferences(offer.streams, hearing)];
}

/** What the header of a request says; what cannot be read says nothing. */
export function notesOfHeader({ headers }: Pick<SipMessage, 'headers'>, hearing: Hearing): HeardNote[] {
  const values = headers.getAll(CONSENT_HEADER).flatMap((value) => value.split(','));
  return values.slice(0, MOST_NOTES).flatMap((value) => {
    const [word = '', ...params] = value.split(';').map((piece) => piece.trim());
    const kind = KINDS[word.toLowerCase()];
    if (kind === undefined) return [];
    const read = new Map(params.map((param) => pairOf(param)));
    const line = read.get('line');
    const prompt = read.get('prompt');
    const about = line === undefined || line === '' ? ('everybody' as const) : { label: line };
    const sha256 = digestOf(read.get('sha256'));
    return heard(about, hearing, {
      kind,
      purpose: read.get('purpose') ?? null,
      source: 'sip',
      ...(prompt !== undefined && {
        prompt: { id: prompt, sha256, language: read.get('language') ?? null },
      }),
    });
  });
}

/**
 * The recording preference of a recording-aware party (RFC 7866 section 7.3), as its line carries it: who prefers not to
 * be recorded, or recorded no longer, refuses; who asks for it assents.
 */
export function notesOfPreferences(streams: readonly OfferedStream[], hearing: Hearing): HeardNote[] {
  return streams.flatMap(({ label, recordPreference }) => {
    const preference = recordPreference?.trim().toLowerCase();
    const kind = preference === undefined ? undefined : PREFERENCES[preference];
    if (kind === undefined) return [];
    const about = label === undefined ? ('everybody' as const) : { label };
    return heard(about, hearing, { kind, purpose: null, source: 'sdp' });
  });
}

const PREFERENCES: Readonly<Record<string, NoteKind>> = { on: 'assented', off: 'refused', pause: 'refused' };

function heard(
  about: HeardNote['about'],
  { atMs, newId }: Hearing,
  note: Omit<HeardNote['note'], 'id' | 'at'>,
): HeardNote[] {
  const at = new Date(atMs);
  return [{ atMs, about, note: { id: newId(at), at: at.toISOString(), ...note } }];
}

function pairOf(param: string): [string, string] {
  const at = param.indexOf('=');
  const [name, value] = at < 0 ? [param, ''] : [param.slice(0, at), param.slice(at + 1)];
  return [
    name.trim().toLowerCase(),
    value
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .slice(0, 256)
      .toWellFormed(),
  ];
}

function digestOf(text: string | undefined): string | null {
  return text !== undefined && /^[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : null;
}
