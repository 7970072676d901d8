/**
 * The signature of a compliance report: a signed note (https://c2sp.org/signed-note) over the digests of its two files, by
 * the key that signs the tenant's log. Its first line has spaces, so that it can never pass for a checkpoint.
 */
import { createHash } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import { canonicalBytes, type JsonValue } from './canonical-json.ts';
import { openNote, parseNote, parseVerifierKey, signNote, type NoteSigner } from './signed-note.ts';
import { keysOfLog, keysValidAt, type TrustFile } from './trust-file.ts';

const FIRST_LINE = 'holdfast compliance report/1';
const FILE_FORMAT = 'holdfast-report-file/1';
const DIGEST = /^[0-9a-f]{64}$/;
const MOST_BYTES = 100_000_000;

/** What is signed of a report. */
export interface ReportSeal {
  /** Name of the tenant's log, and of the keys that sign it. */
  readonly origin: string;
  readonly reportId: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly madeAt: string;
  /** SHA-256 of the canonical JSON of the report, hexadecimal. */
  readonly jsonSha256: string;
  readonly pdfSha256: string;
}

/** Signs a report. */
export function signReport(
  { origin, reportId, madeAt, jsonSha256, pdfSha256 }: ReportSeal,
  signer: NoteSigner,
): string {
  const lines = [FIRST_LINE, origin, reportId, madeAt, `json ${jsonSha256}`, `pdf ${pdfSha256}`];
  return signNote(`${lines.join('\n')}\n`, [signer]);
}

/** SHA-256 of the canonical JSON of a report, hexadecimal. */
export function reportDigest(report: JsonValue): string {
  return createHash('sha256').update(canonicalBytes(report)).digest('hex');
}

/** The file that is handed over: the report and its signature, as one line of canonical JSON. */
export function formatReportFile(report: JsonValue, note: string): Buffer {
  return Buffer.concat([canonicalBytes({ format: FILE_FORMAT, report, note }), Buffer.from('\n')]);
}

/** A report file whose signature and digest are right. */
export interface VerifiedReport {
  readonly report: Readonly<Record<string, JsonValue>>;
  readonly seal: ReportSeal;
  /** The verifier key that signed it. */
  readonly signedBy: string;
}

/**
 * Verifies a report file, whatever its spacing, without a network and without us: the digest is that of the note, the note
 * is signed by a key of the trust file that was valid when the report was made, and id and time are those of the report.
 * With `pdf`, that it is the one that was sealed.
 * @throws HoldfastError `integrity_failed` that says what is wrong; `invalid_input` for what is no report file.
 */
export function verifyReportFile(bytes: Uint8Array, trust: TrustFile, pdf?: Uint8Array): VerifiedReport {
  const { report, note } = parseFile(bytes);
  const seal = parseSeal(parseNote(note).text);
  const { signedBy } = openNote(
    note,
    keysOfLog(trust, seal.origin).map(({ key }) => parseVerifierKey(key)),
  );
  const valid = keysValidAt(trust, seal.origin, new Date(seal.madeAt));
  const key = valid.find((text) => signedBy.some(({ keyId }) => parseVerifierKey(text).keyId === keyId));
  if (key === undefined) throw refused('the key that signed it was not valid when it was made');
  if (reportDigest(report) !== seal.jsonSha256) throw refused('its content is not what was signed');
  if (report['id'] !== seal.reportId || report['madeAt'] !== seal.madeAt || report['log'] !== seal.origin)
    throw refused('its signature is that of another report');
  if (pdf !== undefined && createHash('sha256').update(pdf).digest('hex') !== seal.pdfSha256)
    throw refused('the PDF is not the one that was sealed with it');
  return { report, seal, signedBy: key };
}

function parseFile(bytes: Uint8Array): { report: Record<string, JsonValue>; note: string } {
  if (bytes.length > MOST_BYTES) throw notAFile('it is too large');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw notAFile('it is not JSON', cause);
  }
  const { format, report, note, ...rest } = Object(value) as Record<string, unknown>;
  if (format !== FILE_FORMAT) throw notAFile(`its format is not ${FILE_FORMAT}`);
  if (typeof note !== 'string' || typeof report !== 'object' || report === null || Array.isArray(report))
    throw notAFile('report or note is missing');
  if (Object.keys(rest).length > 0) throw notAFile('it has a field that is not signed');
  return { report: report as Record<string, JsonValue>, note };
}

function parseSeal(text: string): ReportSeal {
  const [first, origin = '', reportId = '', madeAt = '', json = '', pdf = '', last] = text.split('\n');
  const [jsonSha256 = '', pdfSha256 = ''] = [json.replace(/^json /, ''), pdf.replace(/^pdf /, '')];
  const isMoment = !Number.isNaN(Date.parse(madeAt)) && new Date(madeAt).toISOString() === madeAt;
  if (first !== FIRST_LINE || last !== '' || !isMoment || !DIGEST.test(jsonSha256) || !DIGEST.test(pdfSha256))
    throw refused('its signature is not that of a report');
  return { origin, reportId, madeAt, jsonSha256, pdfSha256 };
}

function refused(reason: string): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    `The report is refused: ${reason}. Do not rely on it; ask whoever gave it to you for the report and the trust file again.`,
  );
}

function notAFile(reason: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `This is not a report file: ${reason}. Save it with \`holdfast report save\` or from the console.`,
    { cause },
  );
}
