/** What the list of recordings can be ordered by; each has an index that is read from both ends. */
export type RecordingOrderBy = 'startedAt' | 'durationMs' | 'keptUntil';

/** An order of the list; of equals the id decides, in the same direction. */
export interface RecordingOrder {
  readonly by: RecordingOrderBy;
  readonly descending: boolean;
}

/** The usual order. */
export const NEWEST_FIRST: RecordingOrder = { by: 'startedAt', descending: true };

/** As much of a recording as says where it stands in an order; what the order does not go by may be left out. */
export interface RecordingPlace {
  readonly id: string;
  readonly startedAt: string;
  readonly durationMs?: number;
  /** Null: no date yet, later than every date. */
  readonly retainUntil?: string | null;
}

/** SQL: until when a recording is kept, with its dates as `k`, without a date later than every date. */
export const KEPT_UNTIL = 'k.kept_until';

const BY: Readonly<
  Record<RecordingOrderBy, { sql: string; id: string; type: string; key: (place: RecordingPlace) => unknown }>
> = {
  startedAt: { sql: 'r.started_at', id: 'r.id', type: 'timestamptz', key: ({ startedAt }) => startedAt },
  durationMs: { sql: 'r.duration_ms', id: 'r.id', type: 'bigint', key: ({ durationMs }) => durationMs },
  keptUntil: {
    sql: KEPT_UNTIL,
    id: 'k.recording_id', // of the row that has the date: an index tells both
    type: 'timestamptz',
    key: ({ retainUntil }) => retainUntil ?? 'infinity',
  },
};

/** The order as SQL over `writeFrom`. Pure. */
export function writeOrder({ by, descending }: RecordingOrder): string {
  const direction = descending ? 'desc' : 'asc';
  return `${BY[by].sql} ${direction}, ${BY[by].id} ${direction}`;
}

/** The condition that a recording comes after this one in the order; constants become parameters, added to `values`. */
export function writeAfter(
  { by, descending }: RecordingOrder,
  last: RecordingPlace,
  values: unknown[],
): string {
  const { sql, id, type, key } = BY[by];
  const place = `($${values.push(key(last))}::${type}, $${values.push(last.id)}::uuid)`;
  return `(${sql}, ${id}) ${descending ? '<' : '>'} ${place}`;
}
