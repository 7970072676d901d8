/** Cosignatures of witnesses: people outside who saw this log, and never one that contradicts it. */
import type { Cosignature } from '../../ledger/cosignature.ts';
import { readCosignatures } from '../../ledger/cosignature.ts';
import type { TrustFile } from '../../ledger/trust-file.ts';
import { reachesQuorum, witnessKeys } from '../../ledger/trust-file.ts';
import { counted, refused } from '../refused.ts';
import type { Passed } from '../report.ts';
import type { SignedPoint } from './history.ts';

/** A checkpoint with the trusted witnesses that cosigned it. */
export interface WitnessedPoint extends SignedPoint {
  readonly cosignatures: readonly Cosignature[];
}

const NO_WITNESS =
  'That nobody was shown another version of this log: your trust file asks for no witness, so the holder of the signing key could keep two histories.';

/**
 * Every cosignature of a trusted witness must hold, and the last of the points, of which there is one at least, must
 * have as many as the trust file asks for: what comes before is under it. @throws integrity_failed.
 */
export function checkWitnesses(
  points: readonly SignedPoint[],
  trust: TrustFile,
): Passed<readonly WitnessedPoint[]> {
  const keys = witnessKeys(trust);
  const { quorum } = trust.witnesses;
  const witnessed = points.map((point) => ({
    ...point,
    cosignatures: readCosignatures(point.line.checkpoint, keys),
  }));
  const last = witnessed.at(-1) as WitnessedPoint;
  if (!reachesQuorum(trust, last.cosignatures)) throw refused(lacking(last, witnessed, quorum));
  if (quorum === 0)
    return {
      statement: 'Your trust file asks for no witness.',
      value: witnessed,
      notProven: [NO_WITNESS],
      shown: false,
    };
  return {
    statement: `The last checkpoint was cosigned by ${counted(last.cosignatures.length, 'witness', 'witnesses')} that you trust; your trust file asks for ${quorum}.`,
    value: witnessed,
  };
}

function lacking(last: WitnessedPoint, points: readonly WitnessedPoint[], quorum: number): string {
  const stale = points.findLast(({ cosignatures }) => cosignatures.length > 0);
  const have = last.cosignatures.length;
  const before =
    have === 0 && stale !== undefined
      ? ` The newest they did see has ${stale.size} entries; what was entered after it may be another history than the one they saw.`
      : '';
  return `The checkpoint over ${last.size} entries was cosigned by ${counted(have, 'witness', 'witnesses')} that you trust, and your trust file asks for ${quorum}. Nobody outside confirms that this is the one history of the log.${before}`;
}
