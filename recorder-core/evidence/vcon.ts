/**
 * The one place that knows vCon: the unsigned JSON form of draft-ietf-vcon-vcon-core-04 (7 September 2026), whose deprecated
 * `vcon` member still says which syntax is meant. Another draft changes this file and its test and nothing else.
 */
import { createHash } from 'node:crypto';
import type { Party } from '../records/parties.ts';
import type { CapturedSession } from './captured-session.ts';
import type { ExportedRecording } from './read-recording.ts';
import type { Playable } from './write-playable.ts';

/** The draft and the syntax it defines. */
export const VCON_DRAFT = { name: 'draft-ietf-vcon-vcon-core-04', syntax: '0.4.0' } as const;

/** What a vCon is made of; `playable` has a file. */
export interface VconSource {
  readonly exportId: string;
  readonly createdAt: Date;
  readonly exported: ExportedRecording;
  readonly session: CapturedSession | undefined;
  readonly playable: Playable;
}

/**
 * A recording as a vCon. The sound is a file of its own beside it, named and bound by its SHA-512; it has no `url`, as a file in
 * a bundle has none. Not signed: the seal of the bundle covers it. Pure.
 */
export function describeVcon({ exportId, createdAt, exported, session, playable }: VconSource) {
  const { recording, parties } = exported;
  return {
    vcon: VCON_DRAFT.syntax,
    uuid: uuid8(`${exportId} ${recording.id}`),
    created_at: createdAt.toISOString(),
    subject: `Recording ${recording.id}`,
    parties: parties.map(presentParty),
    dialog: [
      {
        type: 'recording',
        start: recording.startedAt,
        duration: recording.durationMs / 1000,
        parties: partiesByChannel(exported),
        party_history: historyOf(parties, session),
        ...soundOf(playable),
      },
    ],
    analysis: [],
    attachments: [],
  };
}

function soundOf({ file }: Playable) {
  if (file === null) return {};
  const hash = Buffer.from(file.sha512, 'hex').toString('base64url');
  return { mediatype: 'audio/x-wav', filename: 'audio.wav', content_hash: `sha512-${hash}` };
}

function presentParty({ name, address }: Party) {
  const number = /^(?:sips?|tel):(\+[0-9]+)(?:[@;]|$)/i.exec(address ?? '')?.[1];
  return {
    ...(name !== null && { name }),
    ...(number !== undefined && { tel: number }),
    ...(address !== null && /^sips?:/i.test(address) && { sip: address }),
  };
}

/** For each channel of the sound the indices of those who spoke on it; null where nobody is known. */
function partiesByChannel({ channels, parties }: ExportedRecording): (number[] | null)[] {
  return channels.map(({ label }) => {
    const here = parties.flatMap((party, index) =>
      party.label !== null && party.label === label ? [index] : [],
    );
    return here.length > 0 ? here : null;
  });
}

function historyOf(parties: readonly Party[], session: CapturedSession | undefined) {
  return (session?.presence ?? []).flatMap(({ ordinal, joinedAt, leftAt }) => {
    const party = parties.findIndex((one) => one.ordinal === ordinal);
    if (party < 0) return [];
    return [
      { party, time: joinedAt, event: 'join' },
      ...(leftAt === null ? [] : [{ party, time: leftAt, event: 'drop' }]),
    ];
  });
}

/** A UUID of version 8 (RFC 9562 section 5.8) that the same text always gives. */
function uuid8(text: string): string {
  const bytes = createHash('sha256').update(`holdfast/vcon/v1 ${text}`).digest().subarray(0, 16);
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
