import { useQuery } from '@tanstack/react-query';
import type { RecordingDetail, Waveform } from '../../../hub/api/schemas/recording.ts';
import { isLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { askAgainForWaveform } from './ask-again-for-waveform.ts';

const MOVING_REFRESH_MS = 3_000;
const RESTING_REFRESH_MS = 15_000;

/** Path of a recording in the API. */
export function recordingPath(id: string): string {
  return `/api/v1/recordings/${encodeURIComponent(id)}`;
}

/** One recording; read more often while its lifecycle still moves. */
export function useRecording(id: string) {
  return useQuery({
    queryKey: ['recording', id],
    queryFn: ({ signal }) => call<RecordingDetail>(recordingPath(id), { signal }),
    refetchInterval: (query) => {
      if (isLive()) return false;
      const state = query.state.data?.state;
      return state === 'retained' || state === 'disposed' ? RESTING_REFRESH_MS : MOVING_REFRESH_MS;
    },
  });
}

/** Path below a recording, with the purpose for which a restricted one is needed. */
export function usedPath(id: string, what: string, purpose: string | undefined): string {
  return `${recordingPath(id)}/${what}${purpose === undefined ? '' : `?purpose=${purpose}`}`;
}

/** The waveform; once made, it changes only where sound is destroyed. One that is not drawn yet is asked for again. */
export function useWaveform(id: string, purpose?: string) {
  return useQuery({
    queryKey: ['waveform', id, purpose ?? ''],
    queryFn: ({ signal }) => call<Waveform>(usedPath(id, 'waveform', purpose), { signal }),
    staleTime: Infinity,
    refetchInterval: ({ state: { error, errorUpdateCount } }) => askAgainForWaveform(error, errorUpdateCount),
  });
}
