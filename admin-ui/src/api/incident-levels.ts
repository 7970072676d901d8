import { useQuery } from '@tanstack/react-query';
import type { IncidentLevelsBody, StandingLevels } from '../../../hub/api/schemas/incident-levels.ts';
import { call } from './client.ts';
import { useAct } from './use-act.ts';

/** Who is called about incidents. */
export function useIncidentLevels() {
  return useQuery({
    queryKey: ['incident-levels'],
    queryFn: ({ signal }) => call<StandingLevels>('/api/v1/incident-levels', { signal }),
  });
}

/** What is to become different. */
interface LevelsChange {
  readonly levels: IncidentLevelsBody | null;
  /** The version that the person looked at. */
  readonly version: number;
  readonly reason: string;
}

/** Sets who is called; null brings back the levels of the product. The incidents show it as well. */
export function useSetIncidentLevels() {
  return useAct<StandingLevels, LevelsChange>('/api/v1/incident-levels', ['incident-levels', 'incidents'], {
    answers: ['incident-levels'],
  });
}
