import type { RequestHandler } from 'express';
import type { Party } from '../../../../recorder-core/records/parties.ts';
import { readParties } from '../../../../recorder-core/records/parties.ts';
import { actedBy } from '../../../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { noteGrantUse } from '../../../../recorder-core/records/live-grants.ts';
import { listRecordings, type Recording } from '../../../../recorder-core/records/recordings.ts';
import type { Caller } from '../../../access/caller.ts';
import { invalidInput } from '../../problem.ts';
import { requireAct, requireIdentity, type Permission } from '../../require-identity.ts';
import { recordingCsvColumn, recordingCsvQuery, type RecordingCsvColumn } from '../../schemas/recording.ts';
import type { RecordingSummary } from '../../schemas/recording.ts';
import type { Services } from '../../services.ts';
import { watchSession } from '../../watch-session.ts';
import { lineOf } from '../ledger/send-leaves-csv.ts';
import { presentSummary } from './present-recording.ts';
import { filterOf, orderOf } from './recording-filter-of.ts';

const PAGE = 500;
/** The most rows of one file. */
export const MOST_CSV_ROWS = 100_000;

const CELLS: Readonly<Record<RecordingCsvColumn, (row: RecordingSummary, stored: Recording) => string>> = {
  id: ({ id }) => id,
  startedAt: ({ startedAt }) => startedAt,
  endedAt: ({ endedAt }) => endedAt,
  seconds: ({ durationMs }) => String(durationMs / 1000),
  parties: ({ parties }) => parties.map(partyText).join('; '),
  state: ({ state }) => state,
  held: ({ held }) => String(held),
  restricted: ({ restricted }) => String(restricted),
  partial: ({ partial }) => String(partial),
  keptUntil: ({ retainUntil }) => retainUntil ?? '',
  department: ({ department }) => department ?? '',
  classification: ({ classification }) => classification ?? '',
  retentionClass: (_row, { retentionClass }) => retentionClass,
  region: (_row, { region }) => region,
  recorder: (_row, { spoolNode }) => spoolNode,
  source: ({ source }) => source,
};

/**
 * GET /recordings/csv: what the list shows under the same filters and policies and in its order, 100,000 rows at most, read page
 * by page as it is sent. What was cut says so in its last row. Each file is a leaf of the ledger, written before the first row.
 */
export function recordingsCsv(services: Services, most = MOST_CSV_ROWS): RequestHandler {
  return async (request, response) => {
    const now = services.now();
    const caller = await requireIdentity(request, services, now);
    const question = { act: 'recording.list', object: { type: 'tenant', id: caller.tenantId } } as const;
    const permission = await requireAct(caller, question.act, services, now, question.object);
    const asked = recordingCsvQuery.safeParse(request.query);
    if (!asked.success) throw invalidInput('query', asked.error);
    const { columns = recordingCsvColumn.options, sort, ...filters } = asked.data;
    // The policies are asked for each page anew: a right that ends meanwhile shows nothing more.
    const page = (before: Recording | undefined, limit: number): Promise<Row[]> =>
      services.db.forTenant(caller.tenantId, async (tx) => {
        const filter = await filterOf(tx, caller, services.now(), filters);
        const found = await listRecordings(tx, {
          ...filter,
          ...(before && { before }),
          order: orderOf(sort),
          limit,
        });
        const parties = await readParties(tx, found.map(({ id }) => id)); // prettier-ignore
        return found.map((stored) => ({ stored, shown: presentSummary(stored, parties, caller.user.role) }));
      });
    const first = await page(undefined, Math.min(PAGE, most + 1));
    await noteExport(services, caller, permission, Object.keys(filters), now);
    const stopWatching = watchSession(services, caller, question, () => {
      response.destroy();
    });
    try {
      response.set({
        'Content-Type': 'text/csv; charset=utf-8; header=present',
        'Content-Disposition': 'attachment; filename="holdfast-recordings.csv"',
      });
      response.write(lineOf(columns));
      let rows = first;
      for (let sent = 0; rows.length > 0 && !response.closed;) {
        const fitting = rows.slice(0, most - sent);
        response.write(
          fitting
            .map(({ shown, stored }) => lineOf(columns.map((name) => CELLS[name](shown, stored))))
            .join(''),
        );
        sent += fitting.length;
        if (fitting.length < rows.length) response.write(lineOf([cutText(most)]));
        rows = fitting.length < rows.length ? [] : await page(rows.at(-1)?.stored, PAGE);
      }
      response.end();
    } finally {
      stopWatching();
    }
  };
}

interface Row {
  readonly stored: Recording;
  readonly shown: RecordingSummary;
}

function cutText(most: number): string {
  return `Cut here: a file has ${most} rows at most and there are more. Narrow the search, by a time span for example, and take the rest as another file.`;
}

function partyText({ name, address }: Pick<Party, 'name' | 'address'>): string {
  return [name, address === null ? null : name === null ? address : `<${address}>`].filter(Boolean).join(' ');
}

/** Which properties were filtered by is told, and not by what: that may be a person's name. */
async function noteExport(
  { db }: Services,
  { tenantId, user, circumstances: { means, purpose } }: Caller,
  { rule, policies }: Permission,
  filters: readonly string[],
  at: Date,
): Promise<void> {
  const rules = policies.length === 0 ? [rule] : policies;
  await db.forTenant(tenantId, async (tx) => {
    const leaf = {
      at,
      act: 'list.exported',
      object: { type: 'tenant', id: tenantId },
      outcome: 'allowed',
      rules,
      facts: {
        act: 'recording.list',
        list: 'recordings',
        filters: [...filters].sort(),
        means,
        ...(purpose !== null && { purpose }),
      },
    } as const;
    await appendLeaf(tx, tenantId, leaf, actedBy(user));
    await noteGrantUse(tx, rules, at);
  });
}
