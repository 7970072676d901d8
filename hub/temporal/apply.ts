import type { Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { DesiredState } from './desired-state.ts';
import { reconcileNamespace } from './reconcile-namespace.ts';
import { reconcileSchedules } from './reconcile-schedules.ts';
import { reconcileSearchAttributes } from './reconcile-search-attributes.ts';
import type { Change, Target } from './step.ts';

export type { Change } from './step.ts';

export interface ApplyOptions {
  readonly connection: Connection;
  readonly desired: DesiredState;
  /** The converter of workers and clients: inputs of schedules are encrypted like all payloads. */
  readonly dataConverter: DataConverter;
  /** Another name than the declared one, for tests and trials. */
  readonly namespace?: string;
  /** Only tells what would change. */
  readonly dryRun?: boolean;
}

/** In this order, because each needs what stands before it. */
const RECONCILERS = [reconcileNamespace, reconcileSearchAttributes, reconcileSchedules];

/**
 * Brings a server to the desired state and answers what changed, nothing where
 * it was there already. Idempotent; after an error, run it again.
 */
export async function applyDesiredState(options: ApplyOptions): Promise<readonly Change[]> {
  const { connection, desired, dataConverter, dryRun = false } = options;
  const target: Target = {
    connection,
    desired,
    dataConverter,
    namespace: options.namespace ?? desired.namespace.name,
  };
  const changes: Change[] = [];
  for (const reconcile of RECONCILERS) {
    for (const { change, run } of await reconcile(target)) {
      if (!dryRun) await run();
      changes.push(change);
    }
  }
  return changes;
}

/** The changes for a person, one a line, with what was and what shall be. */
export function describeChanges(changes: readonly Change[]): string {
  if (changes.length === 0) return 'The server is as temporal.yaml wants it.';
  return changes
    .map(({ action, kind, name, from, to }) => {
      const lines = [`${action} ${kind} ${name}`];
      if (from !== undefined) lines.push(`  - ${from}`);
      if (to !== undefined) lines.push(`  + ${to}`);
      return lines.join('\n');
    })
    .join('\n');
}
