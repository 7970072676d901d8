/** One session of the vendor's driver: signing in, taking up what was kept, statements, signing out. */
import type { ConnectorContext, KeptSession, OwnClientLoan } from '../kit/context.ts';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import { classifyCode } from './classify-code.ts';
import { STATEMENT_LIMITS, type SnowflakeConfig } from './config.ts';
import { rsaKeyOf, unreadableKey } from './key-token.ts';
import {
  loadDriver,
  type DriverConnection,
  type DriverError,
  type DriverRows,
  type DriverStatement,
} from './load-driver.ts';
import type { Effect, Row } from './session.ts';
import type { Wire } from './wire.ts';

type Ctx = ConnectorContext<SnowflakeConfig>;
/** A statement, with the file that goes with it where there is one. */
export type Statement = Omit<DriverStatement, 'complete'>;

/** A session of one piece of work. */
export interface SignedIn {
  readonly connection: DriverConnection;
  readonly since: number;
  /** Whether this piece of work signed in. */
  readonly isNew: boolean;
}

/** Opens a session; each of its tokens is told to the host before it is used. Throws RemoteFailure. */
export async function signIn(ctx: Ctx, loan: OwnClientLoan, wire: Wire): Promise<SignedIn> {
  const { credential } = loan;
  if (credential.type !== 'keypair_jwt') throw unreadableKey();
  const since = ctx.now();
  wire.effect = 'read';
  const connection = loadDriver(wire).createConnection({
    ...optionsOf(ctx.config, loan),
    username: credential.subject,
    privateKey: pkcs8(credential.privateKey),
  });
  await done(wire, (settle) => connection.connect((error) => settle(error, [])));
  secretsOf(connection.serialize()).forEach(loan.hide);
  return { connection, since, isNew: true };
}

/** A connection to a session that was kept; nothing is sent, so it may have ended meanwhile. */
export function takeUp(ctx: Ctx, loan: OwnClientLoan, wire: Wire, { state, since }: KeptSession): SignedIn {
  secretsOf(state).forEach(loan.hide);
  const connection = loadDriver(wire).deserializeConnection(optionsOf(ctx.config, loan), state);
  return { connection, since, isNew: false };
}

/** Has the driver let go of timers and sockets; the session stays as it is over there. Never throws. */
export async function letGo(connection: DriverConnection, wire: Wire): Promise<void> {
  wire.tellsEnd = false;
  await signOut(connection, wire);
  wire.tellsEnd = true;
}

/** Ends a session; one that cannot be ended ends by itself. Never throws. */
export async function signOut(connection: DriverConnection, wire: Wire): Promise<void> {
  wire.effect = 'read';
  await done(wire, (settle) => connection.destroy((error) => settle(error, []))).catch(() => undefined);
}

/** Sends a statement once and reads its rows; throws RemoteFailure. */
export function execute(
  connection: DriverConnection,
  wire: Wire,
  effect: Effect,
  statement: Statement,
): Promise<Row[]> {
  wire.effect = effect;
  return done(wire, (settle) => {
    const complete: DriverStatement['complete'] = (error, answered) => {
      if (error === undefined || error === null) collect(answered, settle);
      else settle(error, []);
    };
    connection.execute({ ...statement, parameters: STATEMENT_LIMITS, complete });
  });
}

/** The tokens in what the driver writes down of a session; all that is text there is one. */
function secretsOf(state: string): string[] {
  const secrets: string[] = [];
  JSON.parse(state, (_name, value: unknown) => {
    if (typeof value === 'string' && value !== '') secrets.push(value);
    return value;
  });
  return secrets;
}

function optionsOf(config: SnowflakeConfig, { proxy }: OwnClientLoan): object {
  return {
    accessUrl: config.url,
    account: config.account,
    authenticator: 'SNOWFLAKE_JWT',
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
  };
}

/** The key as the driver wants it; the key itself is never part of an error. */
function pkcs8(pem: string): string {
  return rsaKeyOf(pem).export({ format: 'pem', type: 'pkcs8' }).toString();
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
