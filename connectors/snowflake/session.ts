/** Statements of one piece of work, by the vendor's driver or by the SQL API. */
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { ConnectorContext, OwnClientLoan } from '../kit/context.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../kit/remote-error.ts';
import type { SnowflakeConfig } from './config.ts';
import { openDriverWay } from './driver-way.ts';
import { sqlApiWay } from './sql-api-way.ts';

/** A row by names of columns: numbers, truths, dates and texts, what is no text as its own type. */
export type Row = Readonly<Record<string, unknown>>;
/** A value that goes with a statement. */
export type Bind = string | number | boolean | null;
/** Whether a statement may change what stays. */
export type Effect = 'read' | 'write';

/** How statements reach Snowflake; each is sent once, and throws RemoteFailure. */
export interface Way {
  run(effect: Effect, sqlText: string, binds: readonly Bind[]): Promise<Row[]>;
  /** Puts a file on the stage; `where` is a stage with a folder. */
  upload(where: string, name: string, file: Buffer): Promise<void>;
  /** Whether this piece of work signed in, rather than to take up what an earlier one kept. */
  isNew(): boolean;
  /** Ends what the way holds open; never throws. */
  close(): Promise<void>;
  /** Leaves what the way holds open to later work of the connection, where that can be; else as `close`. */
  keep(): Promise<void>;
}

/** Statements of a session; each is sent once and throws RemoteFailure. */
export interface Session {
  /** A statement that changes nothing. */
  query(sql: string, binds?: readonly Bind[]): Promise<Row[]>;
  /** A statement that changes what stays; what it left unanswered is `unknown_outcome`. */
  command(sql: string, binds?: readonly Bind[]): Promise<Row[]>;
  /** A statement that touches no row that stays, and may be repeated: unanswered, it counts as not done. */
  scratch(sql: string): Promise<Row[]>;
  /** Puts a file on the stage, replacing one of that name; `where` is a stage with a folder. */
  upload(where: string, name: string, file: Buffer): Promise<void>;
  /** Makes a table that ends with this piece of work, and that nobody else sees; `columns` as SQL has them. */
  temporary(name: string, columns: string): Promise<void>;
  /** Whether this piece of work signed in, rather than to take up what an earlier one kept. */
  isNew(): boolean;
}

/** A session that whoever opened it must close or keep. */
interface OpenSession extends Session {
  /** Signs out; never throws. */
  close(): Promise<void>;
  /** Leaves the session, with nothing in it, to later work; signs out where that cannot be. Never throws. */
  keep(): Promise<void>;
}

/** Signs in, works and signs out, so that the credential is tried; the session ends whatever happens. */
export async function withSession<T>(
  ctx: ConnectorContext<SnowflakeConfig>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(ctx, false);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Works in a session that earlier work kept, or a new one, and keeps it; one in which the work failed is signed out. */
export async function withKeptSession<T>(
  ctx: ConnectorContext<SnowflakeConfig>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(ctx, true);
  try {
    const made = await work(session);
    await session.keep();
    return made;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Opens the way that the configuration asks for, with `resume` by a session that is kept; throws RemoteFailure. */
async function openSession(ctx: ConnectorContext<SnowflakeConfig>, resume: boolean): Promise<OpenSession> {
  const loan = loanOf(ctx);
  const way = ctx.config.way === 'sql-api' ? sqlApiWay(ctx, loan) : await openDriverWay(ctx, loan, resume);
  const tables: string[] = [];
  const run = (effect: Effect, sql: string, binds: readonly Bind[]): Promise<Row[]> =>
    effect === 'write' && ctx.dryRun ? Promise.reject(wroteInPreview()) : way.run(effect, sql, binds);
  const scratch = (sql: string): Promise<Row[]> => run('write', sql, []).catch(asNotApplied);
  return {
    query: (sql, binds = []) => run('read', sql, binds),
    command: (sql, binds = []) => run('write', sql, binds),
    scratch,
    upload: (where, name, file) =>
      ctx.dryRun ? Promise.reject(wroteInPreview()) : way.upload(where, name, file).catch(asNotApplied),
    async temporary(name, columns) {
      tables.push(name);
      await scratch(`CREATE TEMPORARY TABLE ${name} (${columns}) DATA_RETENTION_TIME_IN_DAYS = 0`);
    },
    isNew: () => way.isNew(),
    close: () => way.close(),
    async keep() {
      try {
        for (const name of tables) await way.run('write', `DROP TABLE IF EXISTS ${name}`, []);
      } catch {
        // They end with their session.
        return way.close();
      }
      await way.keep();
    },
  };
}

function loanOf({ ownClient }: ConnectorContext<SnowflakeConfig>): OwnClientLoan {
  if (ownClient !== undefined) return ownClient;
  throw new HoldfastError('internal', 'The host lent no client of its own to the connector "snowflake".');
}

function wroteInPreview(): HoldfastError {
  return new HoldfastError('internal', 'The connector tried to write during a dry run; nothing was sent.');
}

function asNotApplied(error: unknown): never {
  if (!isRemoteFailure(error) || error.remoteError.class !== 'unknown_outcome') throw error;
  const { title, scope } = error.remoteError;
  throw new RemoteFailure(remoteError('transient', title, { scope }), { cause: error });
}
