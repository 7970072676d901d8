/** The filters of the recordings list as they stand in the URL. */
import type { RecordingState } from '../../../hub/api/schemas/recording.ts';

/** States in the usual order of a recording's life. */
export const RECORDING_STATES = [
  'captured',
  'stored',
  'retained',
  'disposing',
  'disposed',
] as const satisfies readonly RecordingState[];

/** Longest search the hub accepts. */
export const MAX_QUERY_LENGTH = 200;

/** What is searched and filtered for; a filter that is not set is absent. */
export interface RecordingsSearch {
  readonly q?: string;
  readonly state?: RecordingState;
  readonly held?: 'true' | 'false';
}

/** Reads the filters from the URL; what is not understood is left out, so that an old or edited link still opens. */
export function parseRecordingsSearch(raw: Readonly<Record<string, unknown>>): RecordingsSearch {
  const q = typeof raw['q'] === 'string' ? raw['q'].slice(0, MAX_QUERY_LENGTH) : '';
  const state = RECORDING_STATES.find((known) => known === raw['state']);
  const held = raw['held'] === 'true' || raw['held'] === 'false' ? raw['held'] : undefined;
  return {
    ...(q.trim() === '' ? {} : { q }),
    ...(state === undefined ? {} : { state }),
    ...(held === undefined ? {} : { held }),
  };
}

/** Whether anything narrows the list; an empty list then means "nothing found" instead of "nothing there yet". */
export function isFiltered(search: RecordingsSearch): boolean {
  return search.q !== undefined || search.state !== undefined || search.held !== undefined;
}
