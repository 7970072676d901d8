/**
 * Load files of e-discovery: DAT in the delimiters of Concordance and OPT of Opticon, each in UTF-8 with a byte order mark and in
 * Latin-1. The classic failure is to read one encoding as the other, which loses the delimiters; so both are here.
 */
import { codePointSign } from './code-point-sign.ts';
import type { BundleRow } from './bundle-row.ts';

/** Between fields, around each field, and for a line break inside one. */
export const DAT = { field: '\u0014', quote: '\u00fe', newline: '\u00ae' } as const;

/** The encodings that are written; the names are those of the folders. */
export const PROFILES = ['utf-8', 'latin-1'] as const;
export type Profile = (typeof PROFILES)[number];

/** The columns of the DAT file, in order. */
export const DAT_COLUMNS = [
  'BEGDOC',
  'ENDDOC',
  'CUSTODIAN',
  'STARTUTC',
  'ENDUTC',
  'DURATIONMS',
  'PARTIES',
  'SHA256',
  'HOLDID',
  'MATTERID',
  'STATE',
  'RECORDINGID',
  'NATIVEPATH',
  'TEXTPATH',
] as const;

/** The lines of a DAT file, header first. `matter` is that of the export; the matters of holds follow it. */
export function* datLines(
  rows: readonly BundleRow[],
  matter: string | null,
  profile: Profile,
): Generator<Buffer, void, undefined> {
  if (profile === 'utf-8') yield Buffer.from('\ufeff', 'utf8');
  yield datLine(DAT_COLUMNS, profile);
  for (const [index, row] of rows.entries()) yield datLine(datFields(row, index, matter), profile);
}

/** The lines of an OPT file: one page a document, so that viewers that go by it show every recording. */
export function* optLines(rows: readonly BundleRow[], profile: Profile): Generator<Buffer, void, undefined> {
  if (profile === 'utf-8') yield Buffer.from('\ufeff', 'utf8');
  for (const [index, row] of rows.entries()) {
    const path = windowsPath(nativeOf(row)?.path ?? '');
    const fields = [documentId(index), 'HOLDFAST', path, 'Y', '', '', '1'];
    yield encode(`${fields.join(',')}\r\n`, profile);
  }
}

function datFields(row: BundleRow, index: number, matter: string | null): string[] {
  const native = nativeOf(row);
  return [
    documentId(index),
    documentId(index),
    row.custodian,
    row.startedAt,
    row.endedAt,
    String(row.durationMs),
    row.parties.join('; '),
    native?.sha256 ?? '',
    row.holds.join('; '),
    [...new Set([...(matter === null ? [] : [matter]), ...row.matters])].join('; '),
    row.state,
    row.id,
    windowsPath(native?.path ?? ''),
    '',
  ];
}

function nativeOf(row: BundleRow): { readonly path: string; readonly sha256: string } | null {
  return row.sound ?? row.stored;
}

function documentId(index: number): string {
  return `HF${String(index + 1).padStart(8, '0')}`;
}

/** The programs that read load files expect the separator of Windows. */
function windowsPath(path: string): string {
  return path === '' ? '' : `.\\${path.replaceAll('/', '\\')}`;
}

function datLine(fields: readonly string[], profile: Profile): Buffer {
  const quoted = fields.map((field) => `${DAT.quote}${datText(field)}${DAT.quote}`);
  return encode(`${quoted.join(DAT.field)}\r\n`, profile);
}

/**
 * The format has no escape: a line break becomes its sign; a sign of the format itself, as well as any other control character,
 * is written as `{U+XXXX}` so that it ends nothing, and so is the brace where the text itself has such a sign.
 * `metadata.json` has every text as it is.
 */
function datText(text: string): string {
  return text
    .replaceAll(
      /\{U\+|[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ae\u00fe]/g,
      (sign) => codePointSign(sign) + sign.slice(1),
    )
    .replaceAll(/\r\n|\r|\n/g, DAT.newline);
}

/** Latin-1 has 256 characters; any other is written as `{U+XXXX}`. */
function encode(text: string, profile: Profile): Buffer {
  if (profile === 'utf-8') return Buffer.from(text.toWellFormed(), 'utf8');
  return Buffer.from(
    text.replaceAll(/[^\u0000-\u00ff]/gu, (sign) => codePointSign(sign)),
    'latin1',
  );
}
