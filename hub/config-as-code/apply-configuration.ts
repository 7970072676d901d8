import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  dropConfiguredObject,
  insertApplication,
  putConfiguredObject,
} from '../../recorder-core/records/configuration-files.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { Applying, Done } from './configured-objects.ts';
import {
  planDigest,
  type ConfigurationPlan,
  type PlannedAction,
  type PlannedWork,
} from './plan-configuration.ts';

/** What applying came to. */
export interface Applied {
  /** Null where nothing was to be done, and nothing was written. */
  readonly applicationId: string | null;
  /** Secrets that are shown this once. */
  readonly shown: Done['shown'];
}

/**
 * Carries out a plan in the caller's transaction: all of it or, by any error, nothing. Applying the same file again does and
 * writes nothing. Who applied it, the digest of the file and how much it did stand in the ledger; each change stands there
 * as by every other hand.
 * @throws HoldfastError of whatever cannot be done, for example `conflict` where somebody changed an object meanwhile.
 */
export async function applyConfiguration(
  applying: Applying,
  { plan, work }: { readonly plan: ConfigurationPlan; readonly work: readonly PlannedWork[] },
): Promise<Applied> {
  const doing = work.filter(({ planned }) => planned.action !== 'unchanged' && planned.action !== 'leave');
  if (doing.length === 0) return { applicationId: null, shown: [] };
  const { tx, asking } = applying;
  const applicationId = asking.newId(asking.now);
  await insertApplication(tx, asking.tenantId, {
    id: applicationId,
    source: plan.source,
    digest: plan.digest,
    userId: asking.person.id,
    appliedAt: asking.now,
    why: applying.why ?? null,
  });
  const shown: (readonly [string, string])[] = [];
  for (const one of doing) shown.push(...(await carryOut(applying, applicationId, one)));
  const count = (action: PlannedAction): number =>
    doing.filter(({ planned }) => planned.action === action).length;
  await appendLeaf(
    tx,
    asking.tenantId,
    {
      at: asking.now,
      act: 'configuration.changed',
      object: { type: 'configuration-file', id: applicationId },
      outcome: 'applied',
      facts: {
        source: plan.source,
        sha256: plan.digest,
        added: count('add'),
        changed: count('change'),
        adopted: count('adopt'),
        removed: count('remove'),
      },
    },
    actedBy(asking.person),
  );
  return { applicationId, shown };
}

async function carryOut(
  applying: Applying,
  applicationId: string,
  { planned: { kind, action }, current, wanted }: PlannedWork,
): Promise<Done['shown']> {
  const { tx, asking } = applying;
  if (wanted === undefined) {
    if (current === undefined) return [];
    await current.remove(applying);
    await dropConfiguredObject(tx, kind, current.id);
    return [];
  }
  const done =
    current !== undefined && action === 'adopt'
      ? { id: current.id, version: current.version, shown: [] }
      : await wanted.perform(applying);
  await putConfiguredObject(tx, asking.tenantId, applicationId, {
    kind,
    objectId: done.id,
    content: wanted.content,
    version: done.version,
  });
  return done.shown;
}

/** Refuses to carry out another plan than the one that a person saw, by its digest. @throws HoldfastError `conflict`. */
export function requireSamePlan(seen: string, now: ConfigurationPlan): void {
  if (seen === planDigest(now)) return;
  throw new HoldfastError(
    'conflict',
    'Something changed since the plan was shown, so nothing was applied. Look at the plan again.',
  );
}
