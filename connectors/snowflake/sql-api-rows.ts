import { z } from 'zod';
import { bodyText, type HttpResponse } from '../kit/http.ts';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import type { Row } from './session.ts';
import { gunzipSync } from 'node:zlib';

const column = z.object({ name: z.string(), type: z.string(), scale: z.number().nullish() });
const cells = z.array(z.array(z.string().nullable()));

/** An answer with rows: the first of them, their types, and how many parts there are. */
const rowAnswer = z.object({
  statementHandle: z.string(),
  resultSetMetaData: z.object({ rowType: z.array(column), partitionInfo: z.array(z.unknown()).default([]) }),
  data: cells.default([]),
});
export type RowAnswer = z.infer<typeof rowAnswer>;

/** An answer that is not there yet, or none; what it was about can be asked again by its handle. */
const otherAnswer = z.object({ code: z.string().optional(), statementHandle: z.string().optional() });

/** What the SQL API says of a statement beside its rows. */
export type OtherAnswer = z.infer<typeof otherAnswer>;

/** Reads an answer with rows. @throws RemoteFailure where something else answered than Snowflake. */
export function readRows(response: HttpResponse): RowAnswer {
  const parsed = rowAnswer.safeParse(jsonOf(response));
  if (parsed.success) return parsed.data;
  throw stranger();
}

/** The cells of a later part. */
export function readPart(response: HttpResponse): RowAnswer['data'] {
  const parsed = z.object({ data: cells }).safeParse(jsonOf(response));
  if (parsed.success) return parsed.data.data;
  throw stranger();
}

/** Code and handle of an answer without rows; nothing of either where it is not Snowflake's. */
export function readOther(response: HttpResponse): OtherAnswer {
  const parsed = otherAnswer.safeParse(jsonOf(response));
  return parsed.success ? parsed.data : {};
}

/** Rows by names of columns, each value in the type of its column, as the driver would give it. */
export function rowsOf({ rowType }: RowAnswer['resultSetMetaData'], data: RowAnswer['data']): Row[] {
  return data.map((row) =>
    Object.fromEntries(rowType.map(({ name, type }, at) => [name, valueOf(row[at] ?? null, type)])),
  );
}

function valueOf(cell: string | null, type: string): unknown {
  if (cell === null) return null;
  const kind = type.toLowerCase();
  if (kind === 'fixed' || kind === 'real') return Number(cell);
  if (kind === 'boolean') return cell === 'true' || cell === '1';
  if (kind === 'date') return new Date(Number(cell) * 86_400_000);
  // Seconds with nine digits, and with a time zone the offset in minutes behind them.
  if (kind.startsWith('timestamp')) return new Date(Math.round(Number(cell.split(' ')[0]) * 1000));
  if (kind === 'variant' || kind === 'object' || kind === 'array') return parsed(cell);
  return cell;
}

/** Later parts come compressed, whatever was asked for. */
function jsonOf(response: HttpResponse): unknown {
  try {
    const zipped = response.headers['content-encoding'] === 'gzip';
    return JSON.parse(zipped ? gunzipSync(response.body).toString('utf8') : bodyText(response));
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function stranger(): RemoteFailure {
  return new RemoteFailure(
    remoteError('config', 'What answered is not Snowflake.', {
      scope: 'connection',
      fix: 'Check the address; a proxy or another product may stand there.',
    }),
  );
}
