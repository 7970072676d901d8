/** Times from outside: RFC 3161 stamps on checkpoints, and whether the signing keys were valid then. */
import { parseNote } from '../../ledger/signed-note.ts';
import type { TimeStamp } from '../../ledger/timestamp.ts';
import { verifyTimeStamp } from '../../ledger/timestamp.ts';
import type { TrustFile } from '../../ledger/trust-file.ts';
import { counted, refused } from '../refused.ts';
import type { Passed } from '../report.ts';
import type { WitnessedPoint } from './witnesses.ts';

/** How far two clocks may be apart before one of them counts as set wrong, in milliseconds. */
export const CLOCK_TOLERANCE_MS = 10 * 60_000;

/** What authorities may differ by where they do not say how exact they are, in milliseconds. */
const STAMP_TOLERANCE_MS = 1_000;

/** A checkpoint and what others say about when it existed. */
export interface DatedPoint extends WitnessedPoint {
  readonly stamp: TimeStamp | undefined;
  /** It existed by then at the latest: the stamp, or else the time of the last of its witnesses. */
  readonly existedBy: Date | undefined;
  /** The earliest time anybody outside gives for it. */
  readonly seenFirst: Date | undefined;
}

const NO_TIME =
  'When things happened, beyond what the installation itself says: there is no time stamp of an authority that you trust.';

/** Every time stamp must hold, in order; the last checkpoint needs one where the trust file asks for it. @throws integrity_failed. */
export function checkTimestamps(
  points: readonly WitnessedPoint[],
  trust: TrustFile,
): Passed<readonly DatedPoint[]> {
  const dated = points.map((point) => datePoint(point, trust));
  const stamps = dated.flatMap(({ stamp }) => stamp ?? []);
  if (trust.timestamps.required && dated.at(-1)?.stamp === undefined)
    throw refused(
      `The checkpoint over ${points.at(-1)?.size ?? 0} entries has no time stamp, and your trust file asks for one. Nobody outside says when it existed.`,
    );
  requireOrder(stamps);
  const last = stamps.at(-1);
  if (last === undefined)
    return {
      statement: 'There is no time stamp of an authority that you trust, and your trust file asks for none.',
      value: dated,
      notProven: [NO_TIME],
      shown: false,
    };
  return {
    statement: `${stamps.length} of ${counted(dated.length, 'checkpoint')} have a time stamp that holds, in order; the last one existed at ${last.at.toISOString()}.`,
    value: dated,
  };
}

function datePoint(point: WitnessedPoint, { timestamps }: TrustFile): DatedPoint {
  const { checkpoint, timestamp } = point.line;
  const { authorities } = timestamps;
  const message = Buffer.from(parseNote(checkpoint).text);
  // Without an authority to trust a stamp says nothing, for better or worse.
  const ignored = timestamp === null || authorities.length === 0;
  const stamp = ignored ? undefined : verifyTimeStamp(timestamp, { message, authorities });
  const witnessed = point.cosignatures.map(({ at }) => at.getTime());
  const known = stamp === undefined ? witnessed : [...witnessed, stamp.at.getTime()];
  const existedBy = stamp?.at ?? (witnessed.length > 0 ? new Date(Math.max(...witnessed)) : undefined);
  return {
    ...point,
    stamp,
    existedBy,
    seenFirst: known.length > 0 ? new Date(Math.min(...known)) : undefined,
  };
}

/** Stamps in the order of the log they are about must be in the order of time. @throws integrity_failed. */
export function requireOrder(stamps: readonly Pick<TimeStamp, 'at' | 'accuracyMs'>[]): void {
  for (const [at, stamp] of stamps.entries()) {
    const before = stamps[at - 1];
    if (before !== undefined && stamp.at.getTime() + tolerance(before, stamp) < before.at.getTime())
      throw refused(
        `A later checkpoint has the time stamp ${stamp.at.toISOString()}, and an earlier one ${before.at.toISOString()}: the order of the log and the order of the times contradict each other.`,
      );
  }
}

function tolerance(one: Pick<TimeStamp, 'accuracyMs'>, other: Pick<TimeStamp, 'accuracyMs'>): number {
  return Math.max(STAMP_TOLERANCE_MS, (one.accuracyMs ?? 0) + (other.accuracyMs ?? 0));
}

/**
 * Whether each checkpoint was signed by a key while the trust file lets it sign, as far as times from outside tell.
 * @throws integrity_failed.
 */
export function checkKeys(points: readonly DatedPoint[]): Passed<true> {
  let undated = 0;
  for (const [at, { size, keys }] of points.entries()) {
    const latest = timeOf(points.slice(at).find(isDated));
    const earliest = timeOf(points.slice(0, at).findLast(isDated));
    const faults = keys.map(({ from, until }) => keyFault(Date.parse(from), until, earliest, latest));
    if (!faults.includes(undefined))
      throw refused(
        `The checkpoint over ${size} entries is refused: ${faults[0] ?? 'no key signed it'}. Whoever held the key could have made it at another time.`,
      );
    if (latest === undefined) undated += 1;
  }
  const ended = points.some(({ keys }) => keys.every(({ until }) => until !== null));
  const statement =
    undated === 0
      ? `${counted(points.length, 'checkpoint')} signed by keys that were valid then.`
      : `No checkpoint contradicts the times in which its key was valid; ${undated} of ${points.length} have no time from outside.`;
  if (undated === 0 || !ended) return { statement, value: true };
  const said = `That the keys of ${counted(undated, 'checkpoint')} were still valid when they signed: nobody outside says when that was.`;
  return { statement, value: true, notProven: [said], shown: false };
}

function isDated({ existedBy }: DatedPoint): boolean {
  return existedBy !== undefined;
}

function timeOf(point: DatedPoint | undefined): number | undefined {
  return point?.existedBy?.getTime();
}

function keyFault(
  from: number,
  until: string | null,
  earliest?: number,
  latest?: number,
): string | undefined {
  if (latest !== undefined && latest + CLOCK_TOLERANCE_MS < from) return 'its key was not valid yet';
  if (until === null) return undefined;
  const end = Date.parse(until) + CLOCK_TOLERANCE_MS;
  if ((latest ?? earliest ?? 0) <= end) return undefined;
  return 'its key was not valid any more, or nobody saw it while it was';
}
