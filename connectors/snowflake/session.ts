/** One signed-in session of the vendor's driver, for one verb. */
import { createPrivateKey } from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { ConnectorContext, OwnClientLoan } from '../kit/context.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../kit/remote-error.ts';
import { classifyCode } from './classify-code.ts';
import type { SnowflakeConfig } from './config.ts';
import {
  loadDriver,
  type DriverConnection,
  type DriverError,
  type DriverRows,
  type DriverStatement,
} from './load-driver.ts';
import { createWire, type Wire } from './wire.ts';

/** A row by names of columns, as the driver gives it. */
export type Row = Readonly<Record<string, unknown>>;
type Bind = string | number | boolean | null;

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
}

/** Both together stay below what the host allows for one answer, so that a statement never runs on without us. */
const LIMITS = { STATEMENT_TIMEOUT_IN_SECONDS: 20, STATEMENT_QUEUED_TIMEOUT_IN_SECONDS: 8 } as const;

/** A session that whoever opened it must close. */
export interface OpenSession extends Session {
  /** Signs out; never throws. */
  close(): Promise<void>;
}

/** For one file. The driver itself would wait for its storage without an end. */
const UPLOAD_MS = 60_000;

/** Signs in, works and signs out; the session ends whatever happens. */
export async function withSession<T>(
  ctx: ConnectorContext<SnowflakeConfig>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(ctx);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Signs in; throws RemoteFailure. */
export async function openSession(ctx: ConnectorContext<SnowflakeConfig>): Promise<OpenSession> {
  const loan = loanOf(ctx);
  const wire = createWire(ctx);
  const connection = connectionOf(ctx, loan, wire);
  await done(wire, (settle) => connection.connect((error) => settle(error, [])));
  return {
    ...sessionOver(ctx, loan, wire, connection),
    async close() {
      wire.effect = 'read';
      // A session that cannot be ended ends by itself.
      await done(wire, (settle) => connection.destroy((error) => settle(error, []))).catch(() => undefined);
    },
  };
}

function loanOf({ ownClient }: ConnectorContext<SnowflakeConfig>): OwnClientLoan {
  if (ownClient !== undefined) return ownClient;
  throw new HoldfastError('internal', 'The host lent no client of its own to the connector "snowflake".');
}

function connectionOf(
  { config }: ConnectorContext<SnowflakeConfig>,
  { credential, proxy }: OwnClientLoan,
  wire: Wire,
): DriverConnection {
  if (credential.type !== 'keypair_jwt') throw unreadableKey();
  return loadDriver(wire).createConnection({
    accessUrl: config.url,
    account: config.account,
    username: credential.subject,
    authenticator: 'SNOWFLAKE_JWT',
    privateKey: pkcs8(credential.privateKey),
    role: config.role,
    warehouse: config.warehouse,
    database: config.database,
    schema: config.schema,
    application: 'Holdfast',
    clientSessionKeepAlive: false,
    sfRetryMaxLoginRetries: 0,
    // Otherwise the driver sends a statement again whose rows it could not read: also one that writes.
    streamResult: true,
    // For the storage behind the stage; statements go through the host.
    proxyHost: proxy.host,
    proxyPort: proxy.port,
    proxyUser: proxy.user,
    proxyPassword: proxy.password,
    proxyProtocol: 'http',
  });
}

/** The key as the driver wants it; the key itself is never part of an error. */
function pkcs8(pem: string): string {
  let key;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw unreadableKey();
  }
  if (key.asymmetricKeyType !== 'rsa') throw unreadableKey();
  return key.export({ format: 'pem', type: 'pkcs8' }).toString();
}

function unreadableKey(): RemoteFailure {
  return new RemoteFailure(
    remoteError('auth', 'The private key cannot be read; nothing was sent.', {
      scope: 'connection',
      fix: 'Enter an RSA key in PEM without a passphrase.',
    }),
  );
}

function sessionOver(
  ctx: ConnectorContext<SnowflakeConfig>,
  { takeBudget }: OwnClientLoan,
  wire: Wire,
  connection: DriverConnection,
): Session {
  const run = (effect: 'read' | 'write', statement: Omit<DriverStatement, 'complete'>): Promise<Row[]> => {
    if (effect === 'write' && ctx.dryRun) return Promise.reject(wroteInPreview());
    wire.effect = effect;
    return done(wire, (settle) => {
      const complete: DriverStatement['complete'] = (error, answered) => {
        if (error === undefined || error === null) collect(answered, settle);
        else settle(error, []);
      };
      connection.execute({ ...statement, parameters: LIMITS, complete });
    });
  };
  return {
    query: (sqlText, binds = []) => run('read', { sqlText, binds }),
    command: (sqlText, binds = []) => run('write', { sqlText, binds }),
    scratch: (sqlText) => run('write', { sqlText }).catch(asNotApplied),
    async upload(where, name, fileStream) {
      // The request for the upload itself goes by the proxy, which counts none.
      const leave = await takeBudget();
      const sqlText = `PUT file://${name} @${where} AUTO_COMPRESS=FALSE SOURCE_COMPRESSION=GZIP OVERWRITE=TRUE`;
      const ended = AbortSignal.any([ctx.signal, AbortSignal.timeout(UPLOAD_MS)]);
      try {
        await Promise.race([run('write', { sqlText, fileStream }), givenUp(ended)]).catch(asNotApplied);
      } finally {
        leave();
      }
    },
  };
}

function givenUp(ended: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const give = (): void =>
      reject(
        new RemoteFailure(
          remoteError('transient', 'The stage did not take the file in time.', { scope: 'connection' }),
        ),
      );
    if (ended.aborted) give();
    else ended.addEventListener('abort', give, { once: true });
  });
}

function wroteInPreview(): HoldfastError {
  return new HoldfastError('internal', 'The connector tried to write during a dry run; nothing was sent.');
}

function asNotApplied(error: unknown): never {
  if (!isRemoteFailure(error) || error.remoteError.class !== 'unknown_outcome') throw error;
  const { title, scope } = error.remoteError;
  throw new RemoteFailure(remoteError('transient', title, { scope }), { cause: error });
}

function collect(answered: DriverRows, settle: Settle): void {
  const rows: Row[] = [];
  answered
    .streamRows()
    .on('data', (row: unknown) => void rows.push(row as Row))
    .on('end', () => settle(undefined, rows))
    .on('error', (error: DriverError) => settle(error, []));
}

type Settle = (error: DriverError | undefined, rows: Row[]) => void;

/** One call of the driver as a promise; what the wire knows of a failure says more than what the driver makes of it. */
async function done(wire: Wire, call: (settle: Settle) => void): Promise<Row[]> {
  wire.takeFailure();
  const { error, rows } = await new Promise<{ error: DriverError | undefined; rows: Row[] }>((resolve) => {
    call((failed, found) => resolve({ error: failed, rows: found }));
  });
  if (error === undefined || error === null) return rows;
  throw wire.takeFailure() ?? refusalOf(error, wire.effect);
}

function refusalOf({ code }: DriverError, effect: 'read' | 'write'): RemoteFailure {
  // The server's codes are texts of six digits; a number is the driver's own.
  if (typeof code === 'string' && /^\d{6}$/.test(code)) return new RemoteFailure(classifyCode(code));
  return new RemoteFailure(
    remoteError(
      effect === 'write' ? 'unknown_outcome' : 'transient',
      'The driver could not use the answer of Snowflake or of its stage.',
      {
        scope: 'connection',
        fix: 'Check the address of the stage: SYSTEM$ALLOWLIST() lists it with type STAGE.',
      },
    ),
  );
}
