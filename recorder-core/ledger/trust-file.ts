/**
 * The trust file, `holdfast-trust/1` (docs/evidence-bundle.md): whose signatures a verifier accepts, and for which
 * time. It is the root of every check, so it comes from another source than what is checked.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import { canonicalBytes, type JsonValue } from './canonical-json.ts';
import { parseCosignerKey, type Cosignature, type CosignerKey } from './cosignature.ts';
import { parseVerifierKey } from './signed-note.ts';

/** A key of a log and the times between which it may have signed. */
export interface TrustedKey {
  /** Verifier key in text form, named like the origin. */
  readonly key: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly from: string;
  /** From then on the key signs nothing any more; null while it is current. */
  readonly until: string | null;
}

/** What a verifier trusts. */
export interface TrustFile {
  readonly format: 'holdfast-trust/1';
  readonly logs: readonly { readonly origin: string; readonly keys: readonly TrustedKey[] }[];
  /** With a quorum of 0, logs without witnesses are accepted. */
  readonly witnesses: { readonly quorum: number; readonly keys: readonly string[] };
  /** `authorities` are certificates in PEM. */
  readonly timestamps: { readonly required: boolean; readonly authorities: readonly string[] };
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const MOST_BYTES = 10_000_000;

/**
 * Reads a trust file, in whatever order and spacing it is written. Strict: known fields only, every key and
 * certificate readable, no key twice, a quorum that the witnesses can reach.
 * @throws invalid_input naming the field at fault.
 */
export function parseTrustFile(text: string): TrustFile {
  if (text.length > MOST_BYTES) throw malformed('', 'it is too large');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed('', 'it is not JSON', cause);
  }
  const file = members(value, '', ['format', 'logs', 'witnesses', 'timestamps']);
  if (file['format'] !== 'holdfast-trust/1')
    throw malformed('/format', 'this version reads "holdfast-trust/1" only');
  const logs = list(file['logs'], '/logs').map((log, at) => parseLog(log, `/logs/${at}`));
  if (logs.length === 0) throw malformed('/logs', 'it names no log');
  if (new Set(logs.map(({ origin }) => origin)).size !== logs.length)
    throw malformed('/logs', 'a log stands there twice');
  return {
    format: 'holdfast-trust/1',
    logs,
    witnesses: parseWitnesses(file['witnesses']),
    timestamps: parseTimestamps(file['timestamps']),
  };
}

/** The canonical text of a trust file, in one line with a newline at its end. @throws invalid_input as parseTrustFile. */
export function formatTrustFile(trust: TrustFile): string {
  const text = canonicalBytes(trust as unknown as JsonValue).toString();
  parseTrustFile(text);
  return `${text}\n`;
}

/**
 * SHA-256 of the canonical bytes in lower-case hexadecimal: what two people compare by voice. Equal however the file
 * was spaced or ordered.
 */
export function trustFingerprint(trust: TrustFile): string {
  return createHash('sha256')
    .update(canonicalBytes(trust as unknown as JsonValue))
    .digest('hex');
}

/** Every key the log ever had, for opening a checkpoint; whether it was valid then is `keysValidAt`'s to say. */
export function keysOfLog(trust: TrustFile, origin: string): readonly TrustedKey[] {
  return trust.logs.find((log) => log.origin === origin)?.keys ?? [];
}

/** Verifier keys of the log that may have signed at `at`: from `from` on, and before `until`. */
export function keysValidAt(trust: TrustFile, origin: string, at: Date): string[] {
  return keysOfLog(trust, origin)
    .filter(
      ({ from, until }) =>
        Date.parse(from) <= at.getTime() && (until === null || at.getTime() < Date.parse(until)),
    )
    .map(({ key }) => key);
}

/** The witnesses' keys, for `readCosignatures`. */
export function witnessKeys(trust: TrustFile): CosignerKey[] {
  return trust.witnesses.keys.map(parseCosignerKey);
}

/** Whether cosignatures of as many different witnesses as the trust file asks for are there. */
export function reachesQuorum({ witnesses }: TrustFile, cosignatures: readonly Cosignature[]): boolean {
  const trusted = cosignatures.filter(({ key }) => witnesses.keys.includes(key.text));
  return new Set(trusted.map(({ key }) => key.name)).size >= witnesses.quorum;
}

function parseLog(value: unknown, at: string): TrustFile['logs'][number] {
  const log = members(value, at, ['origin', 'keys']);
  const origin = text(log['origin'], `${at}/origin`);
  const keys = list(log['keys'], `${at}/keys`).map((key, index) =>
    parseKey(key, origin, `${at}/keys/${index}`),
  );
  if (keys.length === 0) throw malformed(`${at}/keys`, 'the log has no key');
  requireDistinct(
    keys.map(({ key }) => parseVerifierKey(key).keyId.toString()),
    `${at}/keys`,
  );
  return { origin, keys };
}

function parseKey(value: unknown, origin: string, at: string): TrustedKey {
  const { key, from, until } = members(value, at, ['key', 'from', 'until']);
  const name = readable(() => parseVerifierKey(text(key, `${at}/key`)).name, `${at}/key`);
  if (name !== origin) throw malformed(`${at}/key`, 'a key of a log bears the name of the log');
  const begin = moment(from, `${at}/from`);
  const end = until === null ? null : moment(until, `${at}/until`);
  if (end !== null && end <= begin) throw malformed(`${at}/until`, 'it is not after the begin');
  return { key: key as string, from: begin, until: end };
}

function parseWitnesses(value: unknown): TrustFile['witnesses'] {
  const { quorum, keys } = members(value, '/witnesses', ['quorum', 'keys']);
  const parsed = list(keys, '/witnesses/keys').map((key, index) =>
    readable(() => parseCosignerKey(text(key, `/witnesses/keys/${index}`)), `/witnesses/keys/${index}`),
  );
  // Cosignatures do not name their witness: one pair under two names would count as two witnesses.
  requireDistinct(
    parsed.map(({ raw }) => raw.toString('hex')),
    '/witnesses/keys',
  );
  const names = new Set(parsed.map(({ name }) => name)).size;
  if (!Number.isSafeInteger(quorum) || (quorum as number) < 0 || (quorum as number) > names)
    throw malformed('/witnesses/quorum', `it must be from 0 to the ${names} witnesses named`);
  return { quorum: quorum as number, keys: parsed.map((key) => key.text) };
}

function parseTimestamps(value: unknown): TrustFile['timestamps'] {
  const { required, authorities } = members(value, '/timestamps', ['required', 'authorities']);
  if (typeof required !== 'boolean') throw malformed('/timestamps/required', 'it is neither true nor false');
  const certificates = list(authorities, '/timestamps/authorities').map((pem, index) => {
    const at = `/timestamps/authorities/${index}`;
    return readable(() => (new X509Certificate(text(pem, at)), pem as string), at);
  });
  if (required && certificates.length === 0)
    throw malformed('/timestamps/authorities', 'time stamps are required and no authority is named');
  return { required, authorities: certificates };
}

function members<Name extends string>(
  value: unknown,
  at: string,
  names: readonly Name[],
): Record<Name, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed(at, 'it is not an object');
  const unknown = Object.keys(value).find((name) => !(names as readonly string[]).includes(name));
  if (unknown !== undefined) throw malformed(`${at}/${unknown}`, 'there is no such field');
  const missing = names.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) throw malformed(`${at}/${missing}`, 'it is missing');
  return value as Record<Name, unknown>;
}

function list(value: unknown, at: string): unknown[] {
  if (!Array.isArray(value) || value.length > 10_000) throw malformed(at, 'it is not a list');
  return value;
}

function text(value: unknown, at: string): string {
  if (typeof value !== 'string' || value === '') throw malformed(at, 'it is not a text');
  return value;
}

function moment(value: unknown, at: string): string {
  const written = text(value, at);
  if (!MOMENT.test(written) || new Date(written).toISOString() !== written)
    throw malformed(at, 'it is not a time in UTC with milliseconds');
  return written;
}

function readable<T>(read: () => T, at: string): T {
  try {
    return read();
  } catch (cause) {
    throw malformed(at, 'it cannot be read as what it should be', cause);
  }
}

function requireDistinct(values: readonly string[], at: string): void {
  if (new Set(values).size !== values.length) throw malformed(at, 'a key stands there twice');
}

function malformed(field: string, reason: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `The trust file cannot be used: ${field === '' ? '' : `at ${field}, `}${reason}. Ask whoever gave it to you for the file again.`,
    { field, cause },
  );
}
