/** What the page of grants opens with, as it stands in the URL: a refusal leads here with the form filled in. */

/** A recording, and the act that was refused about it. */
export interface GrantsSearch {
  readonly recording?: string;
  readonly act?: AskedAct;
}

/** What can be asked for, from the least to the most. */
export const ASKED_ACTS = ['recording.list', 'recording.read', 'recording.play', 'recording.export'] as const;
export type AskedAct = (typeof ASKED_ACTS)[number];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads it from the URL; anything else is left out. */
export function parseGrantsSearch(raw: Readonly<Record<string, unknown>>): GrantsSearch {
  const { recording, act } = raw;
  return {
    ...(typeof recording === 'string' && UUID.test(recording) ? { recording } : {}),
    ...(isAskedAct(act) ? { act } : {}),
  };
}

/** The ids that somebody has typed, one a line or with commas between; undefined where one of them is none. */
export function parseIds(text: string): string[] | undefined {
  const ids = text.split(/[\s,]+/).filter((each) => each !== '');
  return ids.length > 0 && ids.every((id) => UUID.test(id)) ? ids : undefined;
}

function isAskedAct(value: unknown): value is AskedAct {
  return (ASKED_ACTS as readonly unknown[]).includes(value);
}
