/** The way by the vendor's driver: one signed-in session, whose requests go through the host. */
import type { ConnectorContext, OwnClientLoan } from '../kit/context.ts';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import { classifyCode } from './classify-code.ts';
import { STATEMENT_LIMITS, type SnowflakeConfig } from './config.ts';
import {
  loadDriver,
  type DriverConnection,
  type DriverError,
  type DriverRows,
  type DriverStatement,
} from './load-driver.ts';
import type { Effect, Row, Way } from './session.ts';
import { rsaKeyOf, unreadableKey } from './key-token.ts';
import { createWire, type Wire } from './wire.ts';

/** For one file. The driver itself would wait for its storage without an end. */
const UPLOAD_MS = 60_000;

/** Signs in; throws RemoteFailure. */
export async function openDriverWay(
  ctx: ConnectorContext<SnowflakeConfig>,
  loan: OwnClientLoan,
): Promise<Way> {
  const wire = createWire(ctx);
  const connection = connectionOf(ctx, loan, wire);
  await done(wire, (settle) => connection.connect((error) => settle(error, [])));
  const run = (effect: Effect, statement: Omit<DriverStatement, 'complete'>): Promise<Row[]> => {
    wire.effect = effect;
    return done(wire, (settle) => {
      const complete: DriverStatement['complete'] = (error, answered) => {
        if (error === undefined || error === null) collect(answered, settle);
        else settle(error, []);
      };
      connection.execute({ ...statement, parameters: STATEMENT_LIMITS, complete });
    });
  };
  return {
    run: (effect, sqlText, binds) => run(effect, binds.length === 0 ? { sqlText } : { sqlText, binds }),
    async upload(where, name, fileStream) {
      // The request for the upload itself goes by the proxy, which counts none.
      const leave = await loan.takeBudget();
      const sqlText = `PUT file://${name} @${where} AUTO_COMPRESS=FALSE SOURCE_COMPRESSION=GZIP OVERWRITE=TRUE`;
      const ended = AbortSignal.any([ctx.signal, AbortSignal.timeout(UPLOAD_MS)]);
      try {
        await Promise.race([run('write', { sqlText, fileStream }), givenUp(ended)]);
      } finally {
        leave();
      }
    },
    async close() {
      wire.effect = 'read';
      // A session that cannot be ended ends by itself.
      await done(wire, (settle) => connection.destroy((error) => settle(error, []))).catch(() => undefined);
    },
  };
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
  return rsaKeyOf(pem).export({ format: 'pem', type: 'pkcs8' }).toString();
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
