import { randomUUID } from 'node:crypto';
import { placeHold } from '../../hub/api/routes/holds/place-hold.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import type { AskedHoldQuery } from '../../recorder-core/policy/hold-query.ts';
import { lockApproval } from '../../recorder-core/records/approvals.ts';
import { endApproval } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readHold } from '../../recorder-core/records/holds.ts';
import { lockMatter } from '../../recorder-core/records/matters.ts';
import { advanceReleases, askRelease } from '../../recorder-core/records/release-holds.ts';
import { insertUser } from '../../recorder-core/records/users.ts';

type Deps = Pick<ActivityDependencies, 'db' | 'newId' | 'now' | 'journal'>;

/** Places a hold by the code that serves the API, in a transaction of its own; answers its id. */
export async function placeHoldOn(
  deps: Deps,
  tenantId: string,
  recordingIds: readonly string[],
  query: AskedHoldQuery | null = null,
  matter = 'Matter 7',
): Promise<string> {
  const body = {
    matter,
    reason: 'Litigation is expected.',
    kind: 'legal',
    recordingIds: [...recordingIds],
    query,
  };
  const answer = await deps.db.forTenant(tenantId, (tx) =>
    placeHold.handle({ ...callOf(deps, tenantId), tx, body }),
  );
  return (answer as { id: string }).id;
}

/** Releases a hold as people and the matter's run do: asked for, agreed to by another, granted. Its grace begins. */
export async function releaseHoldOf(
  deps: Deps & Pick<ActivityDependencies, 'packs'>,
  tenantId: string,
  holdId: string,
): Promise<void> {
  await deps.db.forTenant(tenantId, async (tx) => {
    const held = await readHold(tx, holdId);
    if (held === undefined) throw new Error('There is no such hold.');
    const now = deps.now();
    const person = { id: randomUUID(), name: 'Olga Officer' };
    await insertUser(tx, tenantId, { ...person, role: 'compliance_officer' });
    const { approvalId } = await askRelease(tx, deps, {
      tenantId,
      matterId: held.matterId,
      holdId,
      reason: 'The matter is closed.',
      by: { person },
      now,
    });
    await agreeTo(deps, tx, tenantId, approvalId);
    const pack = async () => (await deps.packs.current(tx)).pack;
    const matter = await lockMatter(tx, held.matterId);
    await advanceReleases(tx, { ...deps, pack }, { tenantId, matter, now });
  });
}

/** As a second person does. */
export async function agreeTo(
  deps: Pick<Deps, 'newId' | 'now'>,
  tx: Tx,
  tenantId: string,
  approvalId: string,
): Promise<void> {
  const approval = await lockApproval(tx, approvalId);
  if (approval === undefined) throw new Error('There is no such approval.');
  const by = { id: randomUUID(), name: 'Sven Second' };
  await insertUser(tx, tenantId, { ...by, role: 'compliance_officer' });
  await endApproval(tx, approval, 'approve', {
    tenantId,
    now: deps.now(),
    newId: deps.newId,
    by,
    rule: 'approval/own-right',
  });
}

/** What the API gives a handler; the one above uses nothing else of it. */
function callOf(deps: Deps, tenantId: string) {
  const identity = { tenantId, user: { id: randomUUID(), name: 'Olga Officer', role: 'compliance' } };
  return {
    params: {},
    query: {},
    identity,
    services: { newId: deps.newId, journal: deps.journal },
    now: deps.now(),
  } as never as Omit<Parameters<typeof placeHold.handle>[0], 'tx' | 'body'>;
}
