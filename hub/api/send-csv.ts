import type { Response } from 'express';
import type { Act } from '../../recorder-core/policy/access.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { noteGrantUse } from '../../recorder-core/records/live-grants.ts';
import type { Caller } from '../access/caller.ts';
import { lineOf } from './routes/ledger/send-leaves-csv.ts';
import type { Permission } from './require-identity.ts';
import type { Services } from './services.ts';
import { watchSession } from './watch-session.ts';

/** The most rows of one file. */
export const MOST_CSV_ROWS = 100_000;

/** A list as a file: for whom, by which right, and what is in it. */
export interface CsvOfList {
  readonly services: Services;
  readonly caller: Caller;
  readonly act: Act;
  readonly permission: Permission;
  /** Names the list in the ledger and the file: "recordings". */
  readonly list: string;
  /** Names of what was filtered by, and not the values: those may be a person's name. */
  readonly filters: readonly string[];
  readonly columns: readonly string[];
  readonly most: number;
  /** The cells of the next rows; none where there are no more. */
  readonly next: () => Promise<readonly (readonly string[])[]>;
}

/**
 * Sends a list as CSV, read page by page as it is sent, `most` rows at most; what was cut says so in its last row. Each file is a
 * leaf of the ledger, written before the first row is sent, and the sending stops when the right to it ends.
 */
export async function sendCsv(response: Response, file: CsvOfList, at: Date): Promise<void> {
  const { services, caller, act, list, columns, most, next } = file;
  let rows = await next();
  await noteExport(file, at);
  const question = { act, object: { type: 'tenant', id: caller.tenantId } };
  const stopWatching = watchSession(services, caller, question, () => {
    response.destroy();
  });
  try {
    response.set({
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': `attachment; filename="holdfast-${list}.csv"`,
    });
    response.write(lineOf(columns));
    for (let sent = 0; rows.length > 0 && !response.closed;) {
      const fitting = rows.slice(0, most - sent);
      response.write(fitting.map(lineOf).join(''));
      sent += fitting.length;
      if (fitting.length < rows.length) response.write(lineOf([cutText(most)]));
      rows = fitting.length < rows.length ? [] : await next();
    }
    response.end();
  } finally {
    stopWatching();
  }
}

function cutText(most: number): string {
  return `Cut here: a file has ${most} rows at most and there are more. Narrow the search, by a time span for example, and take the rest as another file.`;
}

async function noteExport(
  { services, caller, act, permission: { rule, policies }, list, filters }: CsvOfList,
  at: Date,
): Promise<void> {
  const { tenantId, user, circumstances } = caller;
  const { means, purpose } = circumstances;
  const rules = policies.length === 0 ? [rule] : policies;
  await services.db.forTenant(tenantId, async (tx) => {
    const leaf = {
      at,
      act: 'list.exported',
      object: { type: 'tenant', id: tenantId },
      outcome: 'allowed',
      rules,
      facts: { act, list, filters: [...filters].sort(), means, ...(purpose !== null && { purpose }) },
    } as const;
    await appendLeaf(tx, tenantId, leaf, actedBy(user));
    await noteGrantUse(tx, rules, at);
  });
}
