import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readOwnLines } from '../../recorder-core/records/own-lines.ts';
import { readItems } from '../../recorder-core/records/request-items.ts';
import { changeRequest } from '../../recorder-core/records/subject-requests.ts';
import type { ExportAsking, ExportSettings } from '../exports/asking.ts';
import { requestExport } from '../exports/request-export.ts';
import { noteRequest, notInState, requireRequest } from './note-request.ts';

/**
 * Has the copy made that a request for access or portability gives: the recordings that are to be given, as an export for the
 * person's own key, under the same rules as every export; of those decided so, the person's own side alone. Answers its id.
 * @throws HoldfastError `conflict` where nothing is to be given now; as `requestExport`.
 */
export async function copyForRequest(
  tx: Tx,
  asking: ExportAsking,
  settings: ExportSettings,
  requestId: string,
  to: { readonly recipient: string; readonly recipientKey: string; readonly days: number },
): Promise<string> {
  const found = await requireRequest(tx, requestId);
  if (found.state !== 'fulfilling') throw notInState('given', found);
  const given = (await readItems(tx, requestId)).filter(({ decision }) =>
    ['give', 'give-side'].includes(decision),
  );
  if (given.length === 0)
    throw new HoldfastError('conflict', 'No recording of this request is to be given, so there is no copy.');
  const lines: Record<string, readonly string[]> = {};
  for (const { recordingId, partyIds, decision } of given)
    if (decision === 'give-side') lines[recordingId] = (await readOwnLines(tx, recordingId, partyIds)) ?? [];
  const made = await requestExport(tx, asking, settings, {
    ...to,
    choice: { recordingIds: given.map(({ recordingId }) => recordingId) },
    purpose: `Copy for the request ${requestId}`,
    matter: null,
    lines,
  });
  await changeRequest(tx, requestId, { exportId: made.id });
  await noteRequest(tx, asking, requestId, {
    act: 'request.decided',
    outcome: 'done',
    facts: { export: made.id, recordings: given.length, ownSide: Object.keys(lines).length },
  });
  return made.id;
}
