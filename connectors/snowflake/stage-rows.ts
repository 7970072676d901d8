/** Large batches: one compressed file on the stage, copied into a table that ends with the work. */
import { createHash, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ConnectorContext } from '../kit/context.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../kit/remote-error.ts';
import { usesStage, type SnowflakeConfig } from './config.ts';
import { stageName } from './recording-table.ts';
import type { RecordingRow } from './recording-row.ts';
import type { Session } from './session.ts';

/** A file that a killed worker left behind is removed by the next batch after this time. */
const LEFT_BEHIND_MS = 3_600_000;

/**
 * Puts the rows onto the stage under a name that the same batch has in every attempt, so that an attempt replaces what the
 * one before left, and copies them into a temporary table, whose name it gives. The copy removes the file.
 *
 * The table is temporary on purpose: it ends with the work, at the latest with the session, so a killed worker leaves no row
 * to erase and none to write twice, and Snowflake keeps no Fail-safe of it. A copy that is sent twice skips the file by its load metadata.
 */
export async function stageRows(
  session: Session,
  ctx: ConnectorContext<SnowflakeConfig>,
  batch: { readonly keys: readonly string[]; readonly rows: readonly RecordingRow[] },
): Promise<string> {
  const folder = folderOf(ctx);
  const name = `${createHash('sha256').update(batch.keys.join('\n')).digest('hex').slice(0, 40)}.json.gz`;
  const lines = batch.rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  // A tenth more bytes for half the work.
  const file = gzipSync(lines, { level: 1 });
  const table = `HOLDFAST_LOAD_${randomUUID().replaceAll('-', '').toUpperCase()}`;
  await session.temporary(table, 'V VARIANT');
  await upload(session, ctx, { folder, name, file });
  const copied = await session.scratch(
    `COPY INTO ${table} FROM @${folder}/${name} FILE_FORMAT = (TYPE = 'JSON' COMPRESSION = 'GZIP') ON_ERROR = ABORT_STATEMENT PURGE = TRUE`,
  );
  const loaded = copied.reduce((sum, row) => sum + Number(row['rows_loaded'] ?? 0), 0);
  // The driver says of some failed uploads that they succeeded; the count does not.
  if (loaded !== batch.rows.length) throw incomplete();
  return table;
}

async function upload(
  session: Session,
  { config }: ConnectorContext<SnowflakeConfig>,
  { folder, name, file }: { readonly folder: string; readonly name: string; readonly file: Buffer },
): Promise<void> {
  try {
    await session.upload(folder, name, file);
  } catch (error) {
    if (!isRemoteFailure(error) || error.remoteError.remote?.code !== '002003') throw error;
    await session.scratch(`CREATE STAGE IF NOT EXISTS ${stageName(config)}`);
    await session.upload(folder, name, file);
  }
}

/**
 * Removes files of this connection that no attempt came back to; they hold what was to be loaded. A stage that cannot be
 * tidied spoils nothing that was done, and is only told to the log.
 */
export async function tidyStage(session: Session, ctx: ConnectorContext<SnowflakeConfig>): Promise<void> {
  if (!usesStage(ctx.config)) return;
  try {
    await sweep(session, ctx);
  } catch (error) {
    if (!isRemoteFailure(error)) throw error;
    const { class: reason, remote } = error.remoteError;
    // There is no stage before the first large batch.
    if (remote?.code !== '002003') ctx.log('warn', 'the stage could not be tidied', { reason });
  }
}

async function sweep(session: Session, ctx: ConnectorContext<SnowflakeConfig>): Promise<void> {
  const folder = folderOf(ctx);
  for (const row of await session.query(`LIST @${folder}/`)) {
    const name = String(row['name']).split('/').at(-1) ?? '';
    const changedAt = Date.parse(String(row['last_modified']));
    const left = ctx.now() - changedAt > LEFT_BEHIND_MS && /^[0-9a-f]{40}\.json\.gz$/.test(name);
    if (left) await session.scratch(`REMOVE @${folder}/${name}`);
  }
}

/** Puts a file onto the stage and removes it, to see that both can be done. */
export async function probeStage(session: Session, ctx: ConnectorContext<SnowflakeConfig>): Promise<void> {
  const [folder, name] = [folderOf(ctx), 'check.json.gz'];
  await upload(session, ctx, { folder, name, file: gzipSync('{}\n') });
  const [listed] = await session.query(`LIST @${folder}/${name}`);
  if (listed === undefined) throw incomplete();
  await session.scratch(`REMOVE @${folder}/${name}`);
}

/** The folder of this connection on the stage. */
function folderOf({ config, connectionId }: ConnectorContext<SnowflakeConfig>): string {
  return `${stageName(config)}/${connectionId.replaceAll(/[^A-Za-z0-9-]/g, '-')}`;
}

function incomplete(): RemoteFailure {
  return new RemoteFailure(
    remoteError('transient', 'The stage did not get the whole file; nothing was written.', {
      scope: 'connection',
      fix: 'Check the address of the stage: SYSTEM$ALLOWLIST() lists it with type STAGE.',
    }),
  );
}
