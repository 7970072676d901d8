import type { Tx } from './database.ts';
import { listNodeRoots } from './recorder-nodes.ts';
import { countUnderRoots, type KeyPeriod } from './key-periods.ts';

/** How much of the tenant one root key wraps now. */
export interface RootUsage {
  readonly provider: string;
  readonly root: string;
  readonly keks: number;
  readonly credentials: number;
  readonly secrets: number;
}

/** Key-encryption keys of one region, month and retention class. */
export interface KekScopeUsage {
  readonly region: string;
  readonly period: string;
  readonly retentionClass: string;
  readonly keks: number;
  /** Destroyed data keys were wrapped under it, so that the end of the period has something to take with it. */
  readonly touched: number;
}

/** Why the old root keys of an open period stand still. */
export type PeriodWait =
  | { readonly kind: 'not-rotated' }
  | { readonly kind: 'recorder-unheard'; readonly node: string }
  | { readonly kind: 'recorder-uses'; readonly node: string; readonly at: string | null }
  | {
      readonly kind: 'still-wrapped';
      readonly keks: number;
      readonly credentials: number;
      readonly secrets: number;
    };

const SCOPES = 200;

/** What each root key wraps, those with the most first. */
export async function readRootUsage(tx: Tx): Promise<RootUsage[]> {
  const { rows } = await tx.query<RootUsage>(
    `select provider, root, sum(keks)::int as keks, sum(credentials)::int as credentials, sum(secrets)::int as secrets
       from (select provider, root_key_id as root, count(*) as keks, 0 as credentials, 0 as secrets
               from key_encryption_key group by 1, 2
             union all
             select provider, root_key_id, 0, 0, count(*) from installation_secret group by 1, 2
             union all
             select c.envelope ->> 'provider', c.envelope ->> 'keyId', 0, count(*), 0
               from (select convert_from(credential, 'UTF8')::jsonb as envelope from connection where credential is not null
                     union all
                     select convert_from(credential, 'UTF8')::jsonb from webhook_endpoint) c
              group by 1, 2) each
      group by provider, root order by sum(keks) desc, provider, root`,
  );
  return rows;
}

/** Key-encryption keys by what they are for, newest month first. */
export async function readKekScopes(tx: Tx): Promise<KekScopeUsage[]> {
  const { rows } = await tx.query<KekScopeUsage>(
    `select region, period, retention_class as "retentionClass", count(*)::int as keks,
            count(*) filter (where touched)::int as touched
       from key_encryption_key group by 1, 2, 3 order by period desc, region, retention_class limit $1`,
    [SCOPES],
  );
  return rows;
}

/** For what an open period waits, as far as this tenant goes; nothing for one that is closed. */
export async function readPeriodWaits(tx: Tx, period: KeyPeriod): Promise<PeriodWait[]> {
  const { provider, oldRoots, newRoot, closedAt } = period;
  if (closedAt !== null) return [];
  if (newRoot === null) return [{ kind: 'not-rotated' }];
  const recorders = (await listNodeRoots(tx)).flatMap(({ node, roots, rootsAt }): PeriodWait[] => {
    if (roots === null) return [{ kind: 'recorder-unheard', node }];
    const uses = roots.some((root) => oldRoots.includes(root));
    return uses ? [{ kind: 'recorder-uses', node, at: rootsAt }] : [];
  });
  const left = await countUnderRoots(tx, provider, oldRoots);
  const wrapped = left.keks + left.credentials + left.secrets > 0;
  return [...recorders, ...(wrapped ? [{ kind: 'still-wrapped', ...left } as const] : [])];
}
