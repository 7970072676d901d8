import type { Tx } from './database.ts';
import { RETENTION_OF_R } from './recording-retention.ts';

/** What one connection is to hold of a recording, as the source stands. */
export interface ExpectedRecording {
  readonly id: string;
  readonly revision: number;
  /** Whether the connection is to have it at all. */
  readonly wanted: boolean;
  /** Something is under way, or was since the moment asked about: the remote side may rightly differ. */
  readonly unsettled: boolean;
}

/**
 * The recordings of the tenant in the order of their ids, a page after `after`, as one connection is to hold them; those
 * that were disposed of are told too, because a connected system may still have them.
 */
export async function listExpected(
  tx: Tx,
  asked: {
    readonly connectionId: string;
    readonly mandatory: boolean;
    readonly since: Date;
    readonly after: string | null;
    readonly limit: number;
  },
): Promise<ExpectedRecording[]> {
  const { rows } = await tx.query<Omit<ExpectedRecording, 'revision'> & { readonly revision: string }>({
    name: 'list-expected',
    text: `
      select r.id, r.revision + k.revision as revision, r.state in ('stored', 'retained') and (r.restriction is null or $2) as wanted,
             r.state in ('captured', 'disposing') or exists (
               select from delivery d
                where d.subject_type = 'recording' and d.subject_id = r.id and d.connection_id = $1 and d.state <> 'done'
                  and (d.state = 'queued' or d.settled_at >= $3)) or exists (
               select from receipt x
                where x.subject_id = r.id and x.recording_id is not null and x.connection_id = $1
                  and x.at >= $3) as unsettled
        from recording r ${RETENTION_OF_R}
       where ($4::uuid is null or r.id > $4) order by r.id limit $5`,
    values: [asked.connectionId, asked.mandatory, asked.since, asked.after, asked.limit],
  });
  return rows.map((row) => ({ ...row, revision: Number(row.revision) }));
}
