/** What stands in Salesforce next to what was to be written there. */
import type { Connection } from 'jsforce/lib/connection.js';
import type { Answer, Planned, RemoteState } from '../kit/outcome.ts';
import type { RecordingDocument } from '../kit/record.ts';
import { isRemoteFailure } from '../kit/remote-error.ts';
import type { SalesforceContext } from './client.ts';
import { findRecordings, type FoundRecording } from './find-recordings.ts';

type Plan = Planned<RecordingDocument>;

/**
 * Compares by revision, and by the key where the revisions are equal: another mapping of the same revision is not yet
 * there. What is withdrawn at this revision or later is newer than any delivery of it.
 */
export function standingOf(
  { record, key }: Plan,
  found: FoundRecording | undefined,
): 'absent' | 'older' | 'same' | 'newer' {
  if (found === undefined) return 'absent';
  if (found.revision > record.revision) return 'newer';
  if (found.revision < record.revision) return 'older';
  if (found.withdrawn) return 'newer';
  return found.key === key ? 'same' : 'older';
}

/** What became of an upsert whose end nobody knows, by what stands there now. */
export function stateOf(
  plan: Plan,
  found: FoundRecording | undefined,
): Exclude<RemoteState, { state: 'unknown' }> {
  const standing = standingOf(plan, found);
  if (found === undefined || standing === 'absent' || standing === 'older') return { state: 'not_applied' };
  const result = standing === 'same' ? 'confirmed' : 'superseded';
  return { state: 'applied', result, remoteId: found.id, remoteVersion: String(found.revision) };
}

/**
 * Two workers that made the same record at once: the slower reads what the faster wrote. Where that cannot be read, the
 * answer stays a refusal that is safe to send again.
 */
export async function settleRaces(
  ctx: SalesforceContext,
  conn: Connection,
  answers: Map<Plan, Answer>,
): Promise<void> {
  const raced = [...answers].flatMap(([plan, answer]) =>
    answer.outcome === 'rejected' && answer.error.remote?.code === 'DUPLICATE_VALUE' ? [plan] : [],
  );
  if (raced.length === 0) return;
  try {
    const ids = raced.map(({ record }) => record.id);
    const found = await findRecordings(conn, ctx.config.object, ids);
    for (const plan of raced) {
      const there = found.get(plan.record.id);
      const standing = standingOf(plan, there);
      if (there === undefined || standing === 'older') continue;
      answers.set(plan, {
        outcome: 'done',
        result: standing === 'same' ? 'unchanged' : 'superseded',
        remoteId: there.id,
        remoteVersion: String(there.revision),
      });
    }
  } catch (error) {
    // What was answered for the others is known and must not be lost for it.
    if (!isRemoteFailure(error)) throw error;
  }
}
