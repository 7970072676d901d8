import type { BundleRow } from './bundle-row.ts';

const COLUMNS = [
  'recording',
  'state',
  'started',
  'ended',
  'duration_ms',
  'parties',
  'holds',
  'parts',
  'parts_destroyed',
  'audio',
  'audio_sha256',
] as const;

/** `index.csv`: RFC 4180 in UTF-8 with a byte order mark, which spreadsheets need to see that it is. */
export function* indexLines(rows: readonly BundleRow[]): Generator<Buffer, void, undefined> {
  yield Buffer.from(`\ufeff${csvLine(COLUMNS)}`, 'utf8');
  for (const row of rows) yield Buffer.from(csvLine(fieldsOf(row)), 'utf8');
}

function fieldsOf(row: BundleRow): string[] {
  return [
    row.id,
    row.state,
    row.startedAt,
    row.endedAt,
    String(row.durationMs),
    row.parties.join('; '),
    row.holds.join('; '),
    String(row.parts),
    String(row.destroyed),
    row.sound?.path ?? '',
    row.sound?.sha256 ?? '',
  ];
}

/** One record. A field that a spreadsheet would run as a formula begins with an apostrophe, as OWASP advises. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map(csvField).join(',')}\r\n`;
}

function csvField(text: string): string {
  const harmless = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
