/** The way by the vendor's driver: a session, new or kept, whose requests go through the host. */
import type { ConnectorContext, KeptSession, OwnClientLoan } from '../kit/context.ts';
import type { Http } from '../kit/http.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../kit/remote-error.ts';
import { classifyCode, isSessionEnd } from './classify-code.ts';
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

type Ctx = ConnectorContext<SnowflakeConfig>;
type Statement = Omit<DriverStatement, 'complete'>;

/** A session of one piece of work. */
interface SignedIn {
  readonly connection: DriverConnection;
  readonly since: number;
  /** Whether this piece of work signed in. */
  readonly isNew: boolean;
}

/** Signs in, or with `resume` takes up a session that is kept, if there is one; throws RemoteFailure. */
export async function openDriverWay(ctx: Ctx, loan: OwnClientLoan, resume: boolean): Promise<Way> {
  const wire = createWire(ctx);
  const kept = resume ? loan.sessions?.take() : undefined;
  let session = kept === undefined ? await signIn(ctx, loan, wire) : takeUp(ctx, loan, wire, kept);
  let untried = !session.isNew;
  let sound = true;
  const attempt = async (effect: Effect, statement: Statement): Promise<Row[]> => {
    try {
      return await execute(session.connection, wire, effect, statement);
    } catch (error) {
      sound &&= isRefusal(error);
      if (isEnded(error)) await letGo(session.connection, wire);
      throw error;
    }
  };
  const run = async (effect: Effect, statement: Statement): Promise<Row[]> => {
    const isFirst = untried;
    untried = false;
    try {
      return await attempt(effect, statement);
    } catch (error) {
      if (!isFirst || !isOfSession(error)) throw error;
      // Nothing was done in it yet, so a new one is as good; what is wrong with user or key, only signing in tells.
      await signOut(session.connection, wire);
      session = await signIn(ctx, loan, wire);
      sound = true;
      return await attempt(effect, statement);
    }
  };
  return {
    isNew: () => session.isNew,
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
    close: () => end(ctx, loan, wire, session),
    keep: () => (sound ? giveBack(ctx, loan, wire, session) : end(ctx, loan, wire, session)),
  };
}

/** Whether Snowflake said that there is no such session any more. */
function isEnded(error: unknown): boolean {
  return isRemoteFailure(error) && isSessionEnd(error.remoteError.remote?.code);
}

/** Whether Snowflake refused the session, or what it stands for, and not the statement, which did not run. */
function isOfSession(error: unknown): boolean {
  return isRemoteFailure(error) && /^390\d{3}$/.test(error.remoteError.remote?.code ?? '');
}

/** Whether Snowflake itself answered that it does not run the statement, after which the session is as it was. */
function isRefusal(error: unknown): boolean {
  return isRemoteFailure(error) && error.remoteError.remote?.code !== undefined && !isOfSession(error);
}

async function giveBack(ctx: Ctx, loan: OwnClientLoan, wire: Wire, session: SignedIn): Promise<void> {
  if (loan.sessions === undefined) return signOut(session.connection, wire);
  const kept = { state: session.connection.serialize(), since: session.since };
  await letGo(session.connection, wire);
  loan.sessions.give(kept, signOutLater(ctx, loan, kept));
}

/** Signs out. Of work that was stopped no request goes any more, and its temporary table would stay for hours. */
async function end(ctx: Ctx, loan: OwnClientLoan, wire: Wire, session: SignedIn): Promise<void> {
  if (loan.sessions === undefined || !ctx.signal.aborted) return signOut(session.connection, wire);
  const left = { state: session.connection.serialize(), since: session.since };
  await letGo(session.connection, wire);
  loan.sessions.leave(signOutLater(ctx, loan, left));
}

function signOutLater(ctx: Ctx, loan: OwnClientLoan, session: KeptSession) {
  return async (http: Http): Promise<void> => {
    const own = createWire({ ...ctx, http });
    await signOut(takeUp(ctx, loan, own, session).connection, own);
  };
}

async function signIn(ctx: Ctx, loan: OwnClientLoan, wire: Wire): Promise<SignedIn> {
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

function takeUp(ctx: Ctx, loan: OwnClientLoan, wire: Wire, { state, since }: KeptSession): SignedIn {
  secretsOf(state).forEach(loan.hide);
  const connection = loadDriver(wire).deserializeConnection(optionsOf(ctx.config, loan), state);
  return { connection, since, isNew: false };
}

/** So that the driver lets go of timers and sockets; the session stays as it is over there. */
async function letGo(connection: DriverConnection, wire: Wire): Promise<void> {
  wire.tellsEnd = false;
  await signOut(connection, wire);
  wire.tellsEnd = true;
}

/** A session that cannot be ended ends by itself. */
async function signOut(connection: DriverConnection, wire: Wire): Promise<void> {
  wire.effect = 'read';
  await done(wire, (settle) => connection.destroy((error) => settle(error, []))).catch(() => undefined);
}

function execute(
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
