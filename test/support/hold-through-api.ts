import { randomUUID } from 'node:crypto';
import { placeHold } from '../../hub/api/routes/holds/place-hold.ts';
import { releaseHold } from '../../hub/api/routes/holds/release-hold.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';

type Deps = Pick<ActivityDependencies, 'db' | 'newId' | 'now'>;

/** Places a hold by the code that serves the API, in a transaction of its own; answers its id. */
export async function placeHoldOn(
  deps: Deps,
  tenantId: string,
  recordingIds: readonly string[],
): Promise<string> {
  const body = { matter: 'Matter 7', reason: 'Litigation is expected.', recordingIds: [...recordingIds] };
  const answer = await deps.db.forTenant(tenantId, (tx) =>
    placeHold.handle({ ...callOf(deps, tenantId), tx, body }),
  );
  return (answer as { id: string }).id;
}

/** Releases a hold by the code that serves the API. */
export async function releaseHoldOf(deps: Deps, tenantId: string, holdId: string): Promise<void> {
  const call = {
    ...callOf(deps, tenantId),
    params: { id: holdId },
    body: { reason: 'The matter is closed.' },
  };
  await deps.db.forTenant(tenantId, (tx) => releaseHold.handle({ ...call, tx }));
}

/** What the API gives a handler; the two above use nothing else of it. */
function callOf(deps: Deps, tenantId: string) {
  const identity = { tenantId, user: { id: randomUUID(), name: 'Olga Officer', role: 'compliance' } };
  return {
    params: {},
    query: {},
    identity,
    services: { newId: deps.newId },
    now: deps.now(),
  } as never as Omit<Parameters<typeof placeHold.handle>[0], 'tx' | 'body'>;
}
