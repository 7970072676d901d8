/**
 * One entry's proof as a text (https://c2sp.org/tlog-proof): its index, its inclusion proof and the cosigned
 * checkpoint, verifiable offline by any implementation of the format.
 */
import { HoldfastError } from '../errors.ts';
import { HASH_BYTES } from './merkle.ts';
import type { Proof } from './proofs.ts';

/** The parts of the text; nothing in them was checked against each other. */
export interface TlogProof {
  readonly index: number;
  readonly proof: Proof;
  /** The signed note, with cosignatures. */
  readonly checkpoint: string;
  /** Authenticated by nothing: whoever passes the text on can change it. */
  readonly extra?: Buffer;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** No log of 2^63 entries has a longer path. */
const LONGEST_PROOF = 63;

/** The text of a proof. @throws invalid_input when a part cannot stand in it. */
export function formatTlogProof({ index, proof, checkpoint, extra }: TlogProof): string {
  const text = [
    HEADER,
    ...(extra === undefined ? [] : [`extra ${extra.toString('base64')}`]),
    `index ${index}`,
    ...proof.map((hash) => hash.toString('base64')),
    '',
    checkpoint,
  ].join('\n');
  try {
    parseTlogProof(text);
  } catch (cause) {
    throw new HoldfastError(
      'invalid_input',
      'This cannot be written as a proof: an index, hash or note is malformed.',
      { cause },
    );
  }
  return text;
}

/** Takes the text apart; the checkpoint's form is for openCheckpoint to judge. @throws integrity_failed. */
export function parseTlogProof(text: string): TlogProof {
  const end = text.indexOf('\n\n');
  const [header, ...lines] = text.slice(0, Math.max(end, 0)).split('\n');
  if (end < 0 || header !== HEADER) throw refused('it does not begin as one');
  const [, extra] = /^extra ([A-Za-z0-9+/]*={0,2})$/.exec(lines[0] ?? '') ?? [];
  if (extra !== undefined) lines.shift();
  const [, index] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? [];
  if (index === undefined || !Number.isSafeInteger(Number(index))) throw refused('it has no index');
  if (lines.length > LONGEST_PROOF) throw refused('it has more hashes than any log can have');
  const checkpoint = text.slice(end + 2);
  if (checkpoint === '') throw refused('it has no checkpoint');
  const parsed = { index: Number(index), proof: lines.map((line) => decode(line, HASH_BYTES)), checkpoint };
  return extra === undefined ? parsed : { ...parsed, extra: decode(extra) };
}

function decode(line: string, length?: number): Buffer {
  const bytes = Buffer.from(line, 'base64');
  if (bytes.toString('base64') !== line || (length !== undefined && bytes.length !== length))
    throw refused('a line of it is malformed');
  return bytes;
}

function refused(reason: string): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    `This is not a proof of a log entry: ${reason}. Ask for it again where it came from.`,
  );
}
