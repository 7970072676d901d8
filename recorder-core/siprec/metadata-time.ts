import type { MetadataTime } from './metadata.ts';

/** Before this no source of ours was built: an earlier time is a clock that was never set. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);

const PATTERN = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d+)?\s*([Zz]|[+-]\d\d:?\d\d)?$/;

/**
 * Reads a time of the metadata (RFC 3339, RFC 7865 section 6) and tolerates what sources write
 * instead: no zone (taken as UTC), a zone without its colon, milliseconds, a clock that stands
 * in 1970 (kept as text, without a value). Never throws.
 */
export function parseMetadataTime(text: string): MetadataTime {
  const raw = text.trim();
  const match = PATTERN.exec(raw);
  if (match === null) return { raw };
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const epochMs = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}${offset}`,
  );
  return Number.isNaN(epochMs) || epochMs < EARLIEST_MS ? { raw } : { raw, epochMs };
}

/** Writes a time as RFC 3339 in UTC with milliseconds. */
export function formatMetadataTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
