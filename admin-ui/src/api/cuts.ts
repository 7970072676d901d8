import { useEffect } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { askCutBody, RecordingCut, RecordingCuts } from '../../../hub/api/schemas/cut.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { recordingPath } from './recording.ts';
import { useAct } from './use-act.ts';

const REFRESH_MS = 10_000;

/** The spans that were cut out of a recording, or are to be; with one that is, sound and timeline are read anew. */
export function useCuts(recordingId: string) {
  const client = useQueryClient();
  const cuts = useQuery({
    queryKey: ['recording', recordingId, 'cuts'],
    queryFn: ({ signal }) => call<RecordingCuts>(`${recordingPath(recordingId)}/cuts`, { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
  const done = cuts.data?.items.filter(({ state }) => state === 'cut').length ?? 0;
  useEffect(() => {
    if (done === 0) return;
    for (const what of ['timeline', 'waveform'])
      void client.invalidateQueries({ queryKey: [what, recordingId] });
  }, [client, done, recordingId]);
  return cuts;
}

/** Asks that a span is cut out; the same one sent again asks once. */
export function useAskCut(recordingId: string) {
  return useAct<RecordingCut, z.input<typeof askCutBody>>(`${recordingPath(recordingId)}/cuts`, [
    'recording',
    'approvals',
  ]);
}
