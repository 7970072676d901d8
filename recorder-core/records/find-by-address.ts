import { plainAddress } from './call-identity.ts';
import type { Tx } from './database.ts';

/** A recording in which an address speaks, and the rows of the parties who have it. */
export interface RecordingOfAddress {
  readonly recordingId: string;
  readonly ordinals: readonly number[];
}

/** Whose recordings, and since when and until when the address was theirs. */
export interface AddressSearch {
  readonly address: string;
  readonly from: string | null;
  readonly to: string | null;
  /** Goes on behind this recording. */
  readonly after: string | null;
  /** Recordings looked at; fewer may match. */
  readonly limit: number;
}

/**
 * A page of the recordings in which an address speaks, by id, whatever is written around it: `tel:`, a domain, brackets.
 * `next` is where the next page begins, null behind the last.
 */
export async function findByAddress(
  tx: Tx,
  { address, from, to, after, limit }: AddressSearch,
): Promise<{ readonly found: RecordingOfAddress[]; readonly next: string | null }> {
  const plain = plainAddress(address);
  if (plain === undefined) return { found: [], next: null };
  const { rows } = await tx.query<{ recordingId: string; parties: { ordinal: number; address: string }[] }>(
    `select p.recording_id as "recordingId", jsonb_agg(jsonb_build_object('ordinal', p.ordinal, 'address', p.address)) as parties
       from party p join recording r on r.tenant_id = p.tenant_id and r.id = p.recording_id
      where p.address ilike $1 escape '\\' and ($2::uuid is null or p.recording_id > $2)
        and ($3::timestamptz is null or r.ended_at >= $3) and ($4::timestamptz is null or r.started_at < $4)
      group by p.recording_id order by p.recording_id limit $5`,
    [`%${plain.replaceAll(/[\\%_]/g, '\\$&')}%`, after, from, to, limit],
  );
  return {
    found: rows
      .map(({ recordingId, parties }) => ({
        recordingId,
        ordinals: parties
          .filter((party) => plainAddress(party.address) === plain)
          .map(({ ordinal }) => ordinal)
          .sort((a, b) => a - b),
      }))
      .filter(({ ordinals }) => ordinals.length > 0),
    next: rows.length < limit ? null : (rows.at(-1)?.recordingId ?? null),
  };
}
