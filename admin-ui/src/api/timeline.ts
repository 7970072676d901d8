import { useQuery } from '@tanstack/react-query';
import type { RecordingDetail } from '../../../hub/api/schemas/recording.ts';
import type { Timeline } from '../../../hub/api/schemas/timeline.ts';
import { call, queryString } from './client.ts';
import { recordingPath } from './recording.ts';

/** As many segments of a channel as the hub gives at once: hours of an ordinary call. */
const LIMIT = '5000';

/** What happened in a recording and when; asked for once its media is in the object store. Then it changes only with a cut. */
export function useTimeline({ id, state }: Pick<RecordingDetail, 'id' | 'state'>, purpose?: string) {
  return useQuery({
    queryKey: ['timeline', id, purpose ?? ''],
    queryFn: ({ signal }) =>
      call<Timeline>(`${recordingPath(id)}/timeline${queryString({ limit: LIMIT, purpose })}`, { signal }),
    staleTime: Infinity,
    enabled: state === 'stored' || state === 'retained',
  });
}
