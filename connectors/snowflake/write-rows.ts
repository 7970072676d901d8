import type { ConnectorContext } from '../kit/context.ts';
import { inPieces } from '../kit/in-pieces.ts';
import { isRemoteFailure, type RemoteError } from '../kit/remote-error.ts';
import { usesStage, type SnowflakeConfig } from './config.ts';
import { boundSource, upsertSql } from './merge-sql.ts';
import type { Column } from './prepare-table.ts';
import type { RecordingRow } from './recording-row.ts';
import type { Session } from './session.ts';
import { stageRows } from './stage-rows.ts';

/** More rows than this go by the stage, where there is one; a statement without it takes this many at once. */
export const ROWS_BY_STATEMENT = 100;

/** What is to be written in one execution. */
export interface Writing {
  readonly rows: readonly RecordingRow[];
  /** The idempotency key of each row; together they name the file on the stage. */
  readonly keys: readonly string[];
  readonly columns: ReadonlyMap<string, Column>;
  readonly writeId: string;
  /** Gets the rows, by place in the batch, that a column did not take. */
  readonly refused: Map<number, RemoteError>;
}

/** Writes rows by as few statements as can be; a row that the table does not take is refused alone. */
export async function writeRows(
  session: Session,
  ctx: ConnectorContext<SnowflakeConfig>,
  writing: Writing,
): Promise<void> {
  const { rows, keys } = writing;
  const merge = mergeBy(session, ctx, writing);
  if (rows.length > ROWS_BY_STATEMENT && usesStage(ctx.config)) {
    const table = await stageRows(session, ctx, { keys, rows });
    await narrowing(rows, writing.refused, (part) => merge({ source: table, ...placesOf(part) }));
    return;
  }
  for (const piece of inPieces(rows, ROWS_BY_STATEMENT)) {
    await narrowing(piece, writing.refused, (part) =>
      merge(
        { source: boundSource(part.length) },
        part.map((row) => JSON.stringify(row)),
      ),
    );
  }
}

function mergeBy(
  session: Session,
  { config, tenantId }: ConnectorContext<SnowflakeConfig>,
  { rows, columns, writeId }: Writing,
) {
  const named = new Set(rows.flatMap(({ f }) => Object.keys(f)));
  const filled = [...columns.values()].filter(({ name }) => named.has(name));
  return (from: { source: string; where?: string }, binds: readonly string[] = []) =>
    session.command(upsertSql({ config, tenantId, writeId, ...from }, filled), binds);
}

/** The rows of a part, which are neighbours, by their places in the batch. */
function placesOf(part: readonly RecordingRow[]): { where: string } {
  return { where: `V:n::NUMBER(10,0) BETWEEN ${part[0]?.n ?? 0} AND ${part.at(-1)?.n ?? 0}` };
}

/** A refused value fails its whole statement, so the part is halved until the rows that were meant stand alone. */
async function narrowing(
  part: readonly RecordingRow[],
  refused: Map<number, RemoteError>,
  merge: (part: readonly RecordingRow[]) => Promise<unknown>,
): Promise<void> {
  const [first] = part;
  if (first === undefined) return;
  try {
    await merge(part);
  } catch (error) {
    if (!isRemoteFailure(error) || error.remoteError.class !== 'invalid_record') throw error;
    if (part.length === 1) {
      refused.set(first.n, { ...error.remoteError, scope: 'record' });
      return;
    }
    const middle = Math.ceil(part.length / 2);
    await narrowing(part.slice(0, middle), refused, merge);
    await narrowing(part.slice(middle), refused, merge);
  }
}
