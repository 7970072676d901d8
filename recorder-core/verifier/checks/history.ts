/** Checkpoints one after the other: who signed them, and whether the log only grew. */
import { openCheckpoint } from '../../ledger/checkpoint.ts';
import { verifyConsistency } from '../../ledger/proofs.ts';
import { openNote, parseNote, parseVerifierKey } from '../../ledger/signed-note.ts';
import type { TrustFile, TrustedKey } from '../../ledger/trust-file.ts';
import { keysOfLog } from '../../ledger/trust-file.ts';
import { readLines } from '../container/read-content.ts';
import { HISTORY_PATH, parseCanonicalOf, type Manifest } from '../manifest.ts';
import { refused } from '../refused.ts';
import type { Passed } from '../report.ts';
import type { ReadContainer } from './container.ts';
import type { Of } from '../shape.ts';
import { base64, list, nullable, object, text } from '../shape.ts';

/** A line of a history. */
export const historyLine = object({
  checkpoint: text(/^[^]{1,100000}$/),
  consistency: list(base64(32), 64),
  timestamp: nullable(base64()),
});

export type HistoryLine = Of<typeof historyLine>;

/** A checkpoint whose signature holds. */
export interface SignedPoint {
  readonly size: number;
  readonly root: Buffer;
  /** The trusted keys that signed it. */
  readonly keys: readonly TrustedKey[];
  readonly line: HistoryLine;
}

/** All checkpoints of a bundle, those of its seal included. */
export interface History {
  readonly points: readonly SignedPoint[];
  /** The one that the proofs of the entries are for. */
  readonly head: SignedPoint;
}

const MAX_HISTORY_BYTES = 64 * 1024 * 1024;
const MAX_LINE_BYTES = 1024 * 1024;

const FOREIGN =
  'A checkpoint of the log is refused: no trusted key signed it. Either it is forged, or the log has a newer key than your trust file knows. Ask whoever keeps the trust file for the newest one, compare its fingerprint, and verify again.';

/** The lines of `ledger/history.jsonl`, of their form. @throws integrity_failed. */
export async function readHistory({ container, digests }: ReadContainer): Promise<readonly HistoryLine[]> {
  const found = digests.get(HISTORY_PATH);
  if (found === undefined) throw refused(`The bundle has no ${HISTORY_PATH}, so nothing in it is proven.`);
  if (found.entry.size > MAX_HISTORY_BYTES)
    throw refused(`${HISTORY_PATH} is larger than the format permits.`);
  const lines: HistoryLine[] = [];
  for await (const line of readLines(container, found.entry, MAX_LINE_BYTES)) {
    const where = `line ${lines.length + 1} of ${HISTORY_PATH}`;
    lines.push(historyLine(parseCanonicalOf(line, where), where));
  }
  return lines;
}

/**
 * Opens the checkpoints of the history and of the seal, whose sizes ascend; the history ends where the manifest says.
 * @throws integrity_failed.
 */
export function checkSignatures(
  { origin, ledgerSize }: Manifest,
  lines: readonly HistoryLine[],
  sealLines: readonly HistoryLine[],
  trust: TrustFile,
): Passed<History> {
  const points = openPoints([...lines, ...sealLines], origin, trust);
  const head = points[lines.length - 1];
  if (head?.size !== ledgerSize)
    throw refused(
      `The history does not end at the log of ${ledgerSize} entries that the manifest names: it was cut off or exchanged.`,
    );
  return {
    statement: `${points.length} checkpoints are signed by keys of the log that your trust file names.`,
    value: { points, head },
  };
}

function openPoints(lines: readonly HistoryLine[], origin: string, trust: TrustFile): SignedPoint[] {
  const keys = keysOfLog(trust, origin);
  let last = 0;
  return lines.map((line) => {
    const verifierKeys = keys.map(({ key }) => key);
    if (!namesOneOf(line.checkpoint, verifierKeys)) throw refused(FOREIGN);
    const { size, root } = openCheckpoint(line.checkpoint, { origin, verifierKeys });
    if (size <= last)
      throw refused(
        `The checkpoint over ${size} entries follows one over ${last}: a log does not shrink, so it was rolled back or its history was reordered.`,
      );
    last = size;
    return { size, root, line, keys: signersOf(line.checkpoint, keys) };
  });
}

/** Whether a line of signature claims to be by one of the keys. @throws integrity_failed where it is no note. */
function namesOneOf(note: string, verifierKeys: readonly string[]): boolean {
  const keys = verifierKeys.map(parseVerifierKey);
  return parseNote(note).signatures.some(({ name, keyId }) =>
    keys.some((key) => key.name === name && key.keyId === keyId),
  );
}

/** Those of the keys that signed: one that did not, valid as it may be, says nothing for the one that did. */
function signersOf(note: string, keys: readonly TrustedKey[]): TrustedKey[] {
  const verifiers = new Map(keys.map((trusted) => [parseVerifierKey(trusted.key), trusted]));
  const { signedBy } = openNote(note, [...verifiers.keys()]);
  return [...verifiers].filter(([verifier]) => signedBy.includes(verifier)).map(([, trusted]) => trusted);
}

/** Whether each checkpoint extends the one before it. @throws integrity_failed naming the two. */
export function checkConsistency(signed: History): Passed<History> {
  let last: SignedPoint | undefined;
  for (const point of signed.points) {
    const { size, root, line } = point;
    if (last === undefined) {
      if (line.consistency.length > 0)
        throw refused('The first checkpoint claims to extend another, which is not there.');
    } else if (!verifyConsistency(last.size, size, line.consistency, last.root, root)) {
      throw refused(
        `The log of ${size} entries is not a continuation of the one that had ${last.size}: entries were changed, removed or reordered in between, or two histories were signed.`,
      );
    }
    last = point;
  }
  const { size } = signed.points.at(-1) as SignedPoint;
  return {
    statement: `Over ${signed.points.length} checkpoints the log grew to ${size} entries, and nothing in it changed.`,
    value: signed,
  };
}
