import { useQuery } from '@tanstack/react-query';
import type { RecordingDetail, Waveform } from '../../../hub/api/schemas/recording.ts';
import { call } from './client.ts';

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
      const state = query.state.data?.state;
      return state === 'retained' || state === 'disposed' ? RESTING_REFRESH_MS : MOVING_REFRESH_MS;
    },
  });
}

/** The waveform never changes once it is made. */
export function useWaveform(id: string) {
  return useQuery({
    queryKey: ['waveform', id],
    queryFn: ({ signal }) => call<Waveform>(`${recordingPath(id)}/waveform`, { signal }),
    staleTime: Infinity,
  });
}
