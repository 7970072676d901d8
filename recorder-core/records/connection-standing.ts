import type { Tx } from './database.ts';
import type { TokenState } from './connection-tokens.ts';

/** How a connection that is used stands with the other side, for figures over all of them. */
export interface ConnectionStanding {
  readonly connector: string;
  readonly breaker: 'closed' | 'open' | 'probing';
  /** `none` also where no token is needed. */
  readonly token: TokenState;
  /** When the token in use was obtained; null where there is none. */
  readonly tokenObtainedAt: Date | null;
}

/** Breaker and token of every connection that is live or paused. */
export async function listConnectionStandings(tx: Tx): Promise<ConnectionStanding[]> {
  const { rows } = await tx.query<ConnectionStanding>(
    `select c.connector, coalesce(b.breaker, 'closed') as breaker, coalesce(t.state, 'none') as token,
            case when t.state = 'good' then t.obtained_at end as "tokenObtainedAt"
       from connection c
       left join connection_budget b on b.tenant_id = c.tenant_id and b.connection_id = c.id
       left join connection_token t on t.tenant_id = c.tenant_id and t.connection_id = c.id
      where c.state in ('live', 'paused')`,
  );
  return rows;
}
