import { z } from 'zod';
import { CODEC_BYTES_PER_SECOND, type SizedCodec } from '../../../recorder-core/capture/storage-sizing.ts';
import { instant } from './primitives.ts';

const count = z.number().min(0);

/** What is stored in one place. */
export const storageTotal = z.object({
  store: z.string().describe('`spool`: on a recorder, not yet moved. `objects`: the object store.'),
  region: z.string(),
  parts: count,
  bytes: count.describe('Of the ciphertext, which is what disks hold; one copy.'),
});
export type StorageTotal = z.infer<typeof storageTotal>;

/** The same for one retention class, month of the call and kind of part. */
export const storageCell = storageTotal.extend({
  retentionClass: z.string(),
  month: z.string().describe('`YYYY-MM` in UTC.'),
  kind: z.string(),
});
export type StorageCell = z.infer<typeof storageCell>;

/** What came in lately, for whoever plans; nulls where nothing did. */
export const recentTraffic = z.object({
  days: z.int().describe('Over so many days: 28, or fewer where there are no more.'),
  recordings: z.number(),
  callsPerDay: z.number(),
  meanSeconds: z.number().nullable(),
  streams: z.number().nullable().describe('Parts of media a recording.'),
  bytesPerRecording: z.number().nullable().describe('Stored, all of its parts, one copy.'),
  retentionDays: z.number().nullable().describe('Median.'),
  busyHourShare: z.number().nullable(),
  codec: z.string().nullable().describe('Of most streams, as it was received.'),
});
export type RecentTraffic = z.infer<typeof recentTraffic>;

/** The newest measurement, and how the totals went day by day. */
export const storageState = z.object({
  place: z.string().describe('The object store.'),
  measuredAt: instant.nullable().describe('Null before the first measurement.'),
  tookMs: z.int().nullable(),
  totals: z.array(storageTotal),
  cells: z.array(storageCell),
  traffic: recentTraffic.nullable(),
  days: z.array(z.object({ day: z.iso.date(), totals: z.array(storageTotal) })),
});
export type StorageState = z.infer<typeof storageState>;

const CODECS = Object.keys(CODEC_BYTES_PER_SECOND) as [SizedCodec, ...SizedCodec[]];
const positive = (most: number) => z.coerce.number().positive().max(most);

/** Query of GET /api/v1/storage/sizing; what `holdfast size` asks. */
export const sizingQuery = z.strictObject({
  callsPerDay: positive(100_000_000).describe('Calls that begin in a day.'),
  meanSeconds: positive(86_400).default(180),
  retentionDays: positive(40_000).default(365),
  copies: positive(20).default(1).describe('Copies that the object store keeps.'),
  codec: z.enum(CODECS).default('PCMU'),
  streams: positive(16).default(2),
  busyHourShare: positive(1).default(0.17),
  callsPerCore: positive(100_000)
    .default(300)
    .describe('Two-stream calls that a core carried in your measurement.'),
  coresPerNode: positive(1_024).default(4),
  spoolHours: z.coerce.number().min(0).max(720).default(24),
});
export type SizingQuery = z.input<typeof sizingQuery>;

/** What that needs; bytes are bytes, not multiples of 1024. */
export const sizingAnswer = z.object({
  bytesPerStreamHour: z.number(),
  bytesPerCall: z.number(),
  bytesPerDay: z.number(),
  objectStoreBytes: z.number().describe('Once as much expires as is added, all copies.'),
  spoolBytes: z.number().describe('On all recorders together.'),
  callsAtOnce: z.number(),
  callsPerNode: z.number(),
  nodes: z.number().describe('One more than needed.'),
  portsPerNode: z.number(),
  bitsPerSecond: z.number(),
  writtenBytesPerSecond: z.number(),
});
export type SizingAnswer = z.infer<typeof sizingAnswer>;
