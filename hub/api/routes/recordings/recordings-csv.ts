import type { RequestHandler } from 'express';
import type { Party } from '../../../../recorder-core/records/parties.ts';
import { readParties } from '../../../../recorder-core/records/parties.ts';
import { listRecordings, type Recording } from '../../../../recorder-core/records/recordings.ts';
import { invalidInput } from '../../problem.ts';
import { requireAct, requireIdentity } from '../../require-identity.ts';
import { recordingCsvColumn, recordingCsvQuery, type RecordingCsvColumn } from '../../schemas/recording.ts';
import type { RecordingSummary } from '../../schemas/recording.ts';
import { MOST_CSV_ROWS, sendCsv } from '../../send-csv.ts';
import type { Services } from '../../services.ts';
import { presentSummary } from './present-recording.ts';
import { filterOf, orderOf } from './recording-filter-of.ts';

const PAGE = 500;

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
 * GET /recordings/csv: what the list shows under the same filters and policies and in its order, as `sendCsv` sends it.
 */
export function recordingsCsv(services: Services, most = MOST_CSV_ROWS): RequestHandler {
  return async (request, response) => {
    const now = services.now();
    const caller = await requireIdentity(request, services, now);
    const act = 'recording.list';
    const permission = await requireAct(caller, act, services, now, { type: 'tenant', id: caller.tenantId });
    const asked = recordingCsvQuery.safeParse(request.query);
    if (!asked.success) throw invalidInput('query', asked.error);
    const { columns = recordingCsvColumn.options, sort, ...filters } = asked.data;
    let before: Recording | undefined;
    // The policies are asked for each page anew: a right that ends meanwhile shows nothing more.
    const next = (): Promise<string[][]> =>
      services.db.forTenant(caller.tenantId, async (tx) => {
        const filter = await filterOf(tx, caller, services.now(), filters);
        const limit = Math.min(PAGE, most + 1);
        const found = await listRecordings(tx, {
          ...filter,
          ...(before && { before }),
          order: orderOf(sort),
          limit,
        });
        before = found.at(-1) ?? before;
        const parties = await readParties(
          tx,
          found.map(({ id }) => id),
        );
        return found.map((stored) => {
          const shown = presentSummary(stored, parties, caller.user.role);
          return columns.map((name) => CELLS[name](shown, stored));
        });
      });
    const file = { list: 'recordings', filters: Object.keys(filters), columns, most, next };
    await sendCsv(response, { services, caller, act, permission, ...file }, now);
  };
}

function partyText({ name, address }: Pick<Party, 'name' | 'address'>): string {
  return [name, address === null ? null : name === null ? address : `<${address}>`].filter(Boolean).join(' ');
}
