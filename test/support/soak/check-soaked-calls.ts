import { createHash } from 'node:crypto';
import type { CallReport } from '../../../recorder-core/siprec/client/call-report.ts';
import type { RecorderNode } from '../recorder-node.ts';
import { readSpooledCall } from '../spooled-call.ts';
import type { TestDatabase } from '../test-database.ts';
import type { SoakCall } from './soak-calls.ts';

/** A call that was answered and ended, with what it sent. */
export interface PlacedCall extends Pick<SoakCall, 'kind' | 'outcome'> {
  readonly report: CallReport;
}

/** Holds the calls against the recordings: each there once, none marked partial, those that did nothing odd to the byte. */
export async function checkSoakedCalls(
  placed: readonly PlacedCall[],
  database: TestDatabase,
  { spool, keys }: RecorderNode,
): Promise<string[]> {
  const rows = await database.asOwner<{ id: string; callId: string; partial: boolean }>(
    'select id, call_id as "callId", partial from recording',
  );
  const byCall = Map.groupBy(rows, ({ callId }) => callId);
  const faults: string[] = [];
  for (const { kind, outcome, report } of placed) {
    const found = byCall.get(report.dialogCallId) ?? [];
    const [row] = found;
    if (row === undefined || found.length !== 1) {
      faults.push(`${kind}: there are ${found.length} recordings of one call`);
      continue;
    }
    if (row.partial) faults.push(`${kind}: ${row.id} is marked partial`);
    if (outcome !== 'whole') continue;
    const streams = await readSpooledCall(spool, row.id, keys);
    for (const { label, sha256, packets } of report.streams) {
      const stored = streams.find((stream) => stream.label === label)?.packets ?? [];
      const hash = createHash('sha256');
      for (const { payload } of stored) hash.update(payload);
      if (hash.digest('hex') !== sha256)
        faults.push(
          `${kind}: stream ${label} of ${row.id} has ${stored.length} packets of ${packets}, or other ones`,
        );
    }
  }
  return faults;
}
