import type { WhyBody } from '../../../hub/api/schemas/access-policy.ts';

/** What the page asks about, as it stands in the URL, so that a refusal can lead to it. */
export interface WhySearch {
  readonly act?: string;
  readonly recording?: string;
  readonly person?: string;
  readonly purpose?: string;
  /** A moment in the reader's own time, as `2026-11-26T09:00`. */
  readonly at?: string;
}

const NAMES = ['act', 'recording', 'person', 'purpose', 'at'] as const;

/** Keeps what is known and text. */
export function parseWhySearch(raw: Record<string, unknown>): WhySearch {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = raw[name];
      return typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()]] : [];
    }),
  );
}

/** Acts that people ask about, for whoever types one. */
export const COMMON_ACTS = [
  'recording.list',
  'recording.read',
  'recording.play',
  'recording.export',
  'export.approve',
  'hold.place',
  'hold.release',
  'live.read',
  'live.control',
  'ledger.read',
  'policy.approve',
  'person.manage',
  'connection.manage',
  'access-policy.manage',
  'access-policy.publish',
] as const satisfies readonly WhyBody['act'][];

/** The question in the API's form; undefined while no act is named or the moment is none. */
export function questionOf({ act, recording, person, purpose, at }: WhySearch): WhyBody | undefined {
  const moment = at === undefined ? undefined : new Date(at);
  if (act === undefined || (moment !== undefined && Number.isNaN(moment.getTime()))) return undefined;
  return {
    act: act as WhyBody['act'], // the hub says where it is none
    ...(recording !== undefined && { recordingId: recording }),
    ...(person !== undefined && { personId: person }),
    ...(purpose !== undefined && { purpose }),
    ...(moment !== undefined && { at: moment.toISOString() }),
  };
}
