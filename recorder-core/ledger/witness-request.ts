/** The body of `add-checkpoint` (https://c2sp.org/tlog-witness): what a log sends to have a checkpoint cosigned. */
import { HoldfastError } from '../errors.ts';
import { HASH_BYTES } from './merkle.ts';
import type { Proof } from './proofs.ts';

/** The parts of a request; nothing in them was checked against each other. */
export interface WitnessRequest {
  /** Size of the checkpoint the witness cosigned last. */
  readonly oldSize: number;
  /** RFC 6962 consistency proof from there to the checkpoint. */
  readonly proof: Proof;
  /** The signed note. */
  readonly checkpoint: string;
}

/** The format's bound on lines of proof. */
const MOST_LINES = 63;

/** The text of a request. */
export function formatWitnessRequest({ oldSize, proof, checkpoint }: WitnessRequest): string {
  return [`old ${oldSize}`, ...proof.map((hash) => hash.toString('base64')), '', checkpoint].join('\n');
}

/** @throws invalid_input when the text is not in the form of a request. */
export function parseWitnessRequest(text: string): WitnessRequest {
  const end = text.indexOf('\n\n');
  const [old, ...lines] = text.slice(0, Math.max(end, 0)).split('\n');
  const [, size] = /^old (0|[1-9]\d{0,15})$/.exec(old ?? '') ?? [];
  if (end < 0 || size === undefined || !Number.isSafeInteger(Number(size)))
    throw malformed('it has no old size');
  if (lines.length > MOST_LINES) throw malformed(`it has more than ${MOST_LINES} lines of proof`);
  const proof = lines.map((line) => {
    const hash = Buffer.from(line, 'base64');
    if (hash.length !== HASH_BYTES || hash.toString('base64') !== line)
      throw malformed('a line of its proof is no hash');
    return hash;
  });
  return { oldSize: Number(size), proof, checkpoint: text.slice(end + 2) };
}

function malformed(reason: string): HoldfastError {
  return new HoldfastError('invalid_input', `This is not a request to a witness: ${reason}.`);
}
