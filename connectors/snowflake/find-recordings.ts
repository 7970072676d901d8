import { inPieces } from '../kit/in-pieces.ts';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import type { SnowflakeConfig } from './config.ts';
import { tableName } from './recording-table.ts';
import type { Row, Session } from './session.ts';

/** What the table holds of one recording; `deleted` marks the trace of an erased one. */
export interface FoundRecording {
  readonly revision: number;
  readonly held: boolean;
  readonly deleted: boolean;
  readonly writeId: string;
  readonly createId: string;
  readonly row: Row;
}

/** Answers stay small enough to come in one piece, not as files of the stage. */
const PAGE = 1000;

/**
 * Reads recordings by id, by name of `extra` columns too; one that is not there is not in the answer. Two rows of one id
 * mean that the key was not compared as it stands, by a policy or a collation: RemoteFailure `config`.
 */
export async function findRecordings(
  session: Session,
  config: SnowflakeConfig,
  tenantId: string,
  ids: readonly string[],
  extra: readonly string[] = [],
): Promise<ReadonlyMap<string, FoundRecording>> {
  const found = new Map<string, FoundRecording>();
  const columns = ['RECORDING_ID', 'REVISION', 'HELD', 'IS_DELETED', 'WRITE_ID', 'CREATE_ID', ...extra];
  const sql =
    `SELECT ${columns.map((name) => `"${name}"`).join(', ')} FROM ${tableName(config)} WHERE "TENANT_ID" = ? ` +
    'AND "RECORDING_ID" IN (SELECT VALUE::VARCHAR FROM TABLE(FLATTEN(INPUT => PARSE_JSON(?))))';
  for (const page of inPieces(ids, PAGE)) {
    for (const row of await session.query(sql, [tenantId, JSON.stringify(page)])) {
      const id = String(row['RECORDING_ID']);
      if (found.has(id)) throw twice();
      found.set(id, {
        revision: Number(row['REVISION']),
        held: row['HELD'] === true,
        deleted: row['IS_DELETED'] === true,
        writeId: String(row['WRITE_ID']),
        createId: String(row['CREATE_ID']),
        row,
      });
    }
  }
  return found;
}

/**
 * Whether all of `ids` stand as that execution left them, and were all made by it, or none; undefined where it is not so
 * simple. One small answer for a batch of any size. The least and the greatest id show that the key is read as it stands.
 */
export async function toldByCount(
  session: Session,
  config: SnowflakeConfig,
  { tenantId, writeId, ids }: { tenantId: string; writeId: string; ids: readonly string[] },
): Promise<'created' | 'updated' | undefined> {
  const sql =
    'SELECT COUNT(*) AS "rows", COUNT_IF("CREATE_ID" = ?) AS "made", MIN("RECORDING_ID") AS "least", ' +
    `MAX("RECORDING_ID") AS "greatest" FROM ${tableName(config)} ` +
    'WHERE "TENANT_ID" = ? AND "WRITE_ID" = ? AND NOT "IS_DELETED"';
  const [row] = await session.query(sql, [writeId, tenantId, writeId]);
  const sorted = ids.toSorted();
  const whole =
    Number(row?.['rows']) === ids.length &&
    row?.['least'] === sorted[0] &&
    row?.['greatest'] === sorted.at(-1);
  if (!whole) return undefined;
  const made = Number(row?.['made']);
  if (made === ids.length) return 'created';
  return made === 0 ? 'updated' : undefined;
}

function twice(): RemoteFailure {
  return new RemoteFailure(
    remoteError('config', 'The table has more than one row of a recording.', {
      scope: 'connection',
      fix: 'Take masking policies, row access policies and collations off TENANT_ID and RECORDING_ID for the loader, remove the older rows.',
    }),
  );
}
