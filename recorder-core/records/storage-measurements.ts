import type pg from 'pg';
import type { Tx } from './database.ts';
import { RETENTION_OF_R } from './recording-retention.ts';

/** What is stored in one place; bytes are of the ciphertext, which is what disks hold. */
export interface StorageTotal {
  readonly store: string;
  readonly region: string;
  readonly parts: number;
  readonly bytes: number;
}

/** The same for one retention class, month of the call, and kind of part. */
export interface StorageCell extends StorageTotal {
  readonly retentionClass: string;
  /** `YYYY-MM` in UTC. */
  readonly month: string;
  readonly kind: string;
}

/** What came in lately, for whoever plans; nulls where nothing did. */
export interface RecentTraffic {
  readonly days: number;
  readonly recordings: number;
  readonly callsPerDay: number;
  readonly meanSeconds: number | null;
  /** Parts of media a recording. */
  readonly streams: number | null;
  /** Bytes of ciphertext a recording, all of its parts. */
  readonly bytesPerRecording: number | null;
  /** Median of the days for which they are kept. */
  readonly retentionDays: number | null;
  /** Share of the calls that begin in the busiest hour of the day. */
  readonly busyHourShare: number | null;
  /** The codec of most streams, as it was received. */
  readonly codec: string | null;
}

/** One measurement. */
export interface StorageMeasurement {
  readonly measuredAt: Date;
  readonly tookMs: number;
  readonly totals: readonly StorageTotal[];
  readonly cells: readonly StorageCell[];
  readonly traffic: RecentTraffic;
}

/** The totals of one day. */
export interface StorageDay {
  readonly day: string;
  readonly totals: readonly StorageTotal[];
}

const TRAFFIC_DAYS = 28;

/** Adds up what the tenant has stored. Reads every part, so it takes long where there are millions. */
export async function measureStorage(
  tx: Tx,
  now: Date,
): Promise<Pick<StorageMeasurement, 'cells' | 'totals' | 'traffic'>> {
  const { rows: cells } = await tx.query<StorageCell>(
    `select p.store, r.region, r.retention_class as "retentionClass",
            to_char(r.started_at at time zone 'UTC', 'YYYY-MM') as month, p.kind,
            count(*)::float8 as parts, sum(p.ciphertext_bytes)::float8 as bytes
       from part p join recording r on r.tenant_id = p.tenant_id and r.id = p.recording_id
      where p.destroyed_at is null group by 1, 2, 3, 4, 5 order by 4 desc, 1, 2, 3, 5`,
  );
  return { cells, totals: totalsOf(cells), traffic: await readTraffic(tx, now) };
}

/** By store and region. Pure. */
export function totalsOf(cells: readonly StorageCell[]): StorageTotal[] {
  const totals = new Map<string, StorageTotal>();
  for (const { store, region, parts, bytes } of cells) {
    const key = `${store} ${region}`;
    const before = totals.get(key);
    totals.set(key, {
      store,
      region,
      parts: parts + (before?.parts ?? 0),
      bytes: bytes + (before?.bytes ?? 0),
    });
  }
  return [...totals.values()].sort(
    (a, b) => a.store.localeCompare(b.store) || a.region.localeCompare(b.region),
  );
}

async function readTraffic(tx: Tx, now: Date): Promise<RecentTraffic> {
  const since = new Date(now.getTime() - TRAFFIC_DAYS * 86_400_000);
  const { rows } = await tx.query<
    Omit<RecentTraffic, 'days' | 'callsPerDay'> & { readonly span: number | null }
  >(
    `with lately as materialized (
       select r.id, r.started_at, r.duration_ms, k.retain_until, r.quality
         from recording r ${RETENTION_OF_R} where r.started_at >= $1 and r.started_at <= $2),
     stored as (
       select count(*) filter (where p.kind = 'media') as streams, sum(p.ciphertext_bytes) as bytes
         from part p where p.recording_id in (select id from lately) and p.destroyed_at is null),
     hours as (select count(*) as calls from lately group by extract(hour from started_at at time zone 'UTC')),
     codecs as (select q ->> 'codec' as codec, count(*) as streams
                  from lately, jsonb_array_elements(quality) q where q ->> 'codec' is not null group by 1)
     select count(*)::float8 as recordings, extract(epoch from $2 - min(started_at))::float8 / 86400 as span,
            avg(duration_ms)::float8 / 1000 as "meanSeconds",
            (select streams from stored)::float8 / nullif(count(*), 0) as streams,
            (select bytes from stored)::float8 / nullif(count(*), 0) as "bytesPerRecording",
            percentile_cont(0.5) within group (order by extract(epoch from retain_until - started_at))::float8 / 86400
              as "retentionDays",
            (select max(calls) from hours)::float8 / nullif(count(*), 0) as "busyHourShare",
            (select codec from codecs order by streams desc, codec limit 1) as codec
       from lately`,
    [since, now],
  );
  const { span = null, ...found } = rows[0] ?? { ...NO_TRAFFIC, span: null };
  // Whoever began a week ago has a week of calls: spread over four weeks they would look like less.
  const days = Math.max(1, Math.min(TRAFFIC_DAYS, Math.ceil(span ?? TRAFFIC_DAYS)));
  return { ...found, days, callsPerDay: found.recordings / days };
}

const NO_TRAFFIC = {
  recordings: 0,
  meanSeconds: null,
  streams: null,
  bytesPerRecording: null,
  retentionDays: null,
  busyHourShare: null,
  codec: null,
};

/** Keeps a measurement as that of its day; of earlier days only the totals stay. */
export async function keepMeasurement(tx: Tx, tenantId: string, made: StorageMeasurement): Promise<void> {
  const { measuredAt, tookMs, totals, cells, traffic } = made;
  const day = measuredAt.toISOString().slice(0, 10);
  await tx.query(
    `insert into storage_measurement (tenant_id, day, measured_at, took_ms, totals, cells, traffic)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (tenant_id, day) do update
       set measured_at = excluded.measured_at, took_ms = excluded.took_ms, totals = excluded.totals,
           cells = excluded.cells, traffic = excluded.traffic
     where storage_measurement.measured_at <= excluded.measured_at`,
    [
      tenantId,
      day,
      measuredAt,
      tookMs,
      JSON.stringify(totals),
      JSON.stringify(cells),
      JSON.stringify(traffic),
    ],
  );
  await tx.query('update storage_measurement set cells = null where day < $1 and cells is not null', [day]);
}

/** The newest measurement, or undefined. */
export async function readMeasurement(tx: Tx): Promise<StorageMeasurement | undefined> {
  const { rows } = await tx.query<Omit<StorageMeasurement, 'cells'> & { cells: StorageCell[] | null }>(
    `select measured_at as "measuredAt", took_ms as "tookMs", totals, cells, traffic
       from storage_measurement order by day desc limit 1`,
  );
  return rows[0] && { ...rows[0], cells: rows[0].cells ?? [] };
}

/** Totals day by day, oldest first. */
export async function listStorageDays(tx: Tx, from: Date): Promise<StorageDay[]> {
  const { rows } = await tx.query<StorageDay>(
    `select to_char(day, 'YYYY-MM-DD') as day, totals from storage_measurement where day >= $1::date order by day`,
    [from],
  );
  return rows;
}

/** Tenants whose storage was not measured since. */
export async function listUnmeasuredTenants(dispatcher: pg.Pool, since: Date): Promise<string[]> {
  const { rows } = await dispatcher.query<{ tenantId: string }>(
    `select t.tenant_id as "tenantId" from tenant t where not exists (
       select from storage_measurement m where m.tenant_id = t.tenant_id and m.measured_at >= $1) order by 1`,
    [since],
  );
  return rows.map(({ tenantId }) => tenantId);
}

/**
 * Measures and keeps it, unless that was done since or is being done now by somebody else.
 * @returns whether it was done here
 */
export async function measureUnlessFresh(
  tx: Tx,
  tenantId: string,
  { now, since }: { readonly now: Date; readonly since: Date },
): Promise<boolean> {
  const { rows } = await tx.query<{ mine: boolean }>(
    "select pg_try_advisory_xact_lock(hashtextextended('storage of ' || $1::text, 0)) as mine",
    [tenantId],
  );
  if (rows[0]?.mine !== true) return false;
  const newest = await readMeasurement(tx);
  if (newest !== undefined && newest.measuredAt >= since) return false;
  const began = performance.now();
  const found = await measureStorage(tx, now);
  const tookMs = Math.round(performance.now() - began);
  await keepMeasurement(tx, tenantId, { ...found, measuredAt: now, tookMs });
  return true;
}
