import type { Grant } from '../../../hub/api/schemas/grant.ts';

/**
 * The grant by which the reader may play a recording, as far as the console can tell: one that names it before one that only may
 * reach it. The hub decides.
 */
export function grantFor(grants: readonly Grant[], recordingId: string): Grant | undefined {
  const playing = grants.filter(({ phase, acts }) => phase === 'live' && acts.includes('recording.play'));
  const names = ({ scope }: Grant) => scope.kind === 'recordings' && scope.ids.includes(recordingId);
  return playing.find(names) ?? playing.find(({ scope }) => scope.kind !== 'recordings');
}
