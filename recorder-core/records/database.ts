import pg from 'pg';
import { HoldfastError } from '../errors.ts';

/** A running transaction that sees the rows of one tenant only. */
export type Tx = pg.PoolClient;

/** Access to PostgreSQL as the application's role; every statement runs for one tenant. */
export interface Database {
  /**
   * Runs `work` in one transaction for a tenant: commits when it returns, rolls back when it throws.
   * @throws HoldfastError `unavailable` when there is no connection to be had, and whatever `work` throws.
   */
  forTenant<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Answers when the database does; for readiness. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** PostgreSQL's bigint and int8 counts fit a JavaScript number everywhere we use them. */
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('A bigint from the database exceeds 2^53.');
  return value;
});

/** Opens a pool. `max` bounds the connections of this process; a statement may take 30 s at most. */
export function openDatabase(
  url: string,
  options: { readonly max?: number; readonly onError?: (error: Error) => void } = {},
): Database {
  const pool = openPool(url, options.max ?? 10, options.onError);
  return {
    forTenant: (tenantId, work) => inTransaction(pool, tenantId, work),
    async ping() {
      await pool.query('select 1');
    },
    async close() {
      await pool.end();
    },
  };
}

/** A bare pool with our time-outs; an idle connection that breaks is reported, never thrown. */
export function openPool(url: string, max: number, onError?: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
    application_name: 'holdfast',
  });
  pool.on('error', (error) => onError?.(error));
  return pool;
}

async function inTransaction<T>(pool: pg.Pool, tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await connect(pool);
  let broken: Error | undefined;
  // A connection may break between two queries, and an event that nobody hears would end the process.
  const onBroken = (error: Error): void => {
    broken = error;
  };
  client.on('error', onBroken);
  try {
    // One round trip: a transaction has few statements, and each way costs as much as many of them.
    await client.query(`begin; select set_config('holdfast.tenant_id', ${pg.escapeLiteral(tenantId)}, true)`);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.off('error', onBroken);
    client.release(broken);
  }
}

async function connect(pool: pg.Pool): Promise<Tx> {
  try {
    return await pool.connect();
  } catch (cause) {
    throw new HoldfastError(
      'unavailable',
      'The database cannot be reached, so nothing was done. Try again in a moment.',
      { cause, retryAfterMs: 2000 },
    );
  }
}

/**
 * Lets the running transaction be answered before it is on the disk. All of it is there within a second, or a crash of the
 * server undoes it as a whole: only for what is then found and done again by itself, and never for what anybody is told.
 */
export async function commitWithoutWaiting(tx: Tx): Promise<void> {
  await tx.query('set local synchronous_commit to off');
}

/**
 * Has named statements planned once a connection, from here to the end of the transaction: PostgreSQL else plans each of them anew
 * five times on every connection before it believes that no plan is better, and what goes over all months takes longer to plan than
 * to run. For statements that hide from the planner what they are about (`anyOf`), and where the others are simple.
 */
export async function planOnce(tx: Tx): Promise<void> {
  await tx.query('set local plan_cache_mode to force_generic_plan');
}
