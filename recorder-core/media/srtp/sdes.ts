/** Keys of SRTP in SDP: the value of an `a=crypto` line (RFC 4568, RFC 6188, RFC 7714 section 14). */
import type { SrtpKeys, SrtpSuite } from './srtp-keys.ts';
import { SRTP_SUITES, SUITES_BY_PREFERENCE, suiteNamed } from './srtp-suites.ts';
import { formatInlineKey, parseInlineKeys, type InlineKey } from './sdes-inline-key.ts';

/**
 * One `a=crypto` line that can be used. Its keys protect what the writer of the line sends, never what it receives
 * (RFC 4568 section 5.1).
 */
export interface CryptoLine {
  readonly usable: true;
  /** Chosen by the offerer; the answer repeats it. */
  readonly tag: number;
  readonly suite: SrtpSuite;
  /** The suite as the line spells it, for the answer to repeat. */
  readonly spelling: string;
  /** One, or several that their MKI tells apart. */
  readonly keys: readonly InlineKey[];
  /** Session parameters that change nothing for us: `WSH`, and extensions marked as optional with `-`. */
  readonly parameters: readonly string[];
}

/** Why a line is passed over. */
export type CryptoRefusal =
  'malformed' | 'unknown-suite' | 'unknown-key-method' | 'bad-key' | 'unsupported-parameter';

/** A line that is passed over; `detail` is a sentence without key material. */
export interface UnusableCrypto {
  readonly usable: false;
  /** Undefined where not even the tag could be read. */
  readonly tag: number | undefined;
  readonly why: CryptoRefusal;
  readonly detail: string;
}

/** A line of a few keys has a few hundred characters; what is longer is not read. */
const MAX_LINE_CHARACTERS = 4096;
/** Tag, suite, key parameters, session parameters (RFC 4568 section 9.1). */
const LINE = /^(\d{1,9})[ \t]+([\w-]{1,64})[ \t]+(\S+)((?:[ \t]+\S+)*)[ \t]*$/;
/** A hint at the size of the replay window; ours is as large as any hint that makes sense. */
const HARMLESS_PARAMETER = /^(?:WSH=\d{1,9}|-.+)$/i;

/**
 * Reads the value of an `a=crypto` attribute; never throws. Parameters that weaken or change the protection
 * (UNENCRYPTED_SRTP, UNENCRYPTED_SRTCP, UNAUTHENTICATED_SRTP, KDR, FEC_ORDER, FEC_KEY) make a line unusable.
 */
export function parseCrypto(value: string): CryptoLine | UnusableCrypto {
  const [, tagText, spelling, keyText, parameterText] =
    value.length > MAX_LINE_CHARACTERS ? [] : (LINE.exec(withoutFolds(value)) ?? []);
  if (tagText === undefined || spelling === undefined || keyText === undefined) {
    return unusable(undefined, 'malformed', 'The line is not a tag, a suite and key parameters.');
  }
  const tag = Number(tagText);
  const suite = suiteNamed(spelling);
  if (suite === undefined) return unusable(tag, 'unknown-suite', `The suite ${spelling} is not spoken.`);
  if (!/^inline:/i.test(keyText)) {
    return unusable(tag, 'unknown-key-method', 'The only key method of RFC 4568 is inline.');
  }
  const keys = parseInlineKeys(keyText, suite);
  if (typeof keys === 'string') return unusable(tag, 'bad-key', keys);
  const parameters = parameterText?.split(/[ \t]+/).filter(Boolean) ?? [];
  const foreign = parameters.find((parameter) => !HARMLESS_PARAMETER.test(parameter));
  if (foreign !== undefined) {
    const name = /^\w{1,32}/.exec(foreign)?.[0] ?? 'without a name';
    return unusable(tag, 'unsupported-parameter', `The session parameter ${name} is not supported.`);
  }
  return { usable: true, tag, suite, spelling, keys, parameters };
}

/** Some senders put a blank after the semicolon between two keys, as the examples of RFC 4568 are printed. */
function withoutFolds(value: string): string {
  return value.trim().replaceAll(/;[ \t]+/g, ';');
}

function unusable(tag: number | undefined, why: CryptoRefusal, detail: string): UnusableCrypto {
  return { usable: false, tag, why, detail };
}

/** Writes the value of an `a=crypto` attribute; `parseCrypto` gives the line back. */
export function formatCrypto(line: Omit<CryptoLine, 'usable'>): string {
  const keys = line.keys.map(formatInlineKey).join(';');
  return [line.tag, line.spelling, keys, ...line.parameters].join(' ');
}

/**
 * The line of an offer to accept: the first of the suite that stands highest in `preference`; suites that are not in
 * it are not accepted. Undefined when no line can be used.
 */
export function chooseCrypto(
  offered: readonly string[],
  preference: readonly SrtpSuite[] = SUITES_BY_PREFERENCE,
): CryptoLine | undefined {
  const usable = offered.map(parseCrypto).filter((line) => line.usable);
  for (const suite of preference) {
    const line = usable.find((candidate) => candidate.suite === suite);
    if (line !== undefined) return line;
  }
  return undefined;
}

/** The value of the answer's line: tag and suite as offered, with the key that we send under (RFC 4568 section 5.1.2). */
export function answerCrypto(accepted: CryptoLine, ownKeys: SrtpKeys): string {
  const { tag, spelling } = accepted;
  return formatCrypto({ tag, spelling, suite: accepted.suite, keys: [ownKeys], parameters: [] });
}

/** A fresh master key of our own, without MKI; `randomBytes` is that of node:crypto. */
export function makeSrtpKeys(suite: SrtpSuite, randomBytes: (size: number) => Uint8Array): SrtpKeys {
  const { key, salt } = SRTP_SUITES[suite];
  return { suite, masterKey: randomBytes(key), masterSalt: randomBytes(salt) };
}
