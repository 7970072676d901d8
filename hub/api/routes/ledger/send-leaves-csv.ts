import type { Response } from 'express';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import type { StoredLeaf } from '../../../../recorder-core/records/stored-leaves.ts';
import type { Caller } from '../../../access/caller.ts';
import type { Question } from '../../../access/decide.ts';
import type { Services } from '../../services.ts';
import { watchSession } from '../../watch-session.ts';

const PAGE = 500;
const MOST_ROWS = 100_000;

/** Which leaves are sent, and what of each. */
export interface CsvOfLeaves {
  readonly columns: readonly string[];
  /** Goes on below this index. */
  readonly before: number | undefined;
  readonly read: (tx: Tx, before: number | undefined, limit: number) => Promise<StoredLeaf[]>;
  readonly row: (leaf: StoredLeaf) => readonly string[];
}

/** Who asked for it, by which act, and where it goes. */
export interface CsvAsked {
  readonly services: Services;
  readonly caller: Caller;
  readonly question: Question;
  readonly response: Response;
}

/**
 * Sends leaves as CSV (RFC 4180), youngest first, 100,000 rows at most, read page by page as they are sent; the connection is cut
 * where the policies do not allow it any more.
 */
export async function sendLeavesCsv(
  { services, caller, question, response }: CsvAsked,
  name: string,
  { columns, before, read, row }: CsvOfLeaves,
): Promise<void> {
  const page = (below: number | undefined): Promise<StoredLeaf[]> =>
    services.db.forTenant(caller.tenantId, (tx) => read(tx, below, PAGE));
  const first = await page(before);
  const stopWatching = watchSession(services, caller, question, () => {
    response.destroy();
  });
  try {
    response.set({
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': `attachment; filename="${name}"`,
    });
    response.write(lineOf(columns));
    for (let [leaves, rows] = [first, 0]; leaves.length > 0 && !response.closed;) {
      response.write(leaves.map((leaf) => lineOf(row(leaf))).join(''));
      rows += leaves.length;
      const last = leaves.at(-1);
      leaves = last === undefined || rows >= MOST_ROWS ? [] : await page(last.index);
    }
    response.end();
  } finally {
    stopWatching();
  }
}

/** RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe in front. */
export function lineOf(cells: readonly string[]): string {
  const safe = cells.map((cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell));
  return `${safe.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}
