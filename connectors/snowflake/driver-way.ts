/** The way by the vendor's driver: a session, new or kept, whose requests go through the host. */
import type { ConnectorContext, OwnClientLoan } from '../kit/context.ts';
import type { Http } from '../kit/http.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../kit/remote-error.ts';
import { isSessionEnd } from './classify-code.ts';
import type { SnowflakeConfig } from './config.ts';
import { execute, letGo, signIn, signOut, takeUp, type SignedIn, type Statement } from './driver-session.ts';
import type { Effect, Row, Way } from './session.ts';
import { createWire, type Wire } from './wire.ts';

/** For one file. The driver itself would wait for its storage without an end. */
const UPLOAD_MS = 60_000;

type Ctx = ConnectorContext<SnowflakeConfig>;

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
    close: () => part(ctx, loan, wire, session, false),
    keep: () => part(ctx, loan, wire, session, sound),
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

/**
 * Gives the session back, or signs out. Of work that was stopped no request goes any more, and its temporary table would stay
 * for hours, so the host signs out of it.
 */
async function part(
  ctx: Ctx,
  loan: OwnClientLoan,
  wire: Wire,
  { connection, since }: SignedIn,
  isKept: boolean,
): Promise<void> {
  const { sessions } = loan;
  if (sessions === undefined || (!isKept && !ctx.signal.aborted)) return signOut(connection, wire);
  const session = { state: connection.serialize(), since };
  await letGo(connection, wire);
  const end = async (http: Http): Promise<void> => {
    const own = createWire({ ...ctx, http });
    await signOut(takeUp(ctx, loan, own, session).connection, own);
  };
  if (isKept) sessions.give(session, end);
  else sessions.leave(end);
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
