import { HoldfastError } from '../../../errors.ts';
import { seededRandom } from '../tracks/seeded-random.ts';

/** How a bad network treats the packets of a line. Shares are in percent; what is left out does not happen. */
export interface Impairments {
  /** Everything follows from it: the same seed treats the same packets alike. */
  readonly seed: number;
  /** Packets that never arrive. */
  readonly lossPercent?: number;
  /** Mean number of packets lost in a row (Gilbert's model); 1 when left out. */
  readonly burst?: number;
  /** Packets that are overtaken by the one behind them. */
  readonly reorderPercent?: number;
  readonly duplicatePercent?: number;
  /** Delay of each packet, evenly spread between 0 and this; on its own it keeps the order. */
  readonly jitterMs?: number;
  /** Packets that come `lateMs` after their time: too late to be played. */
  readonly latePercent?: number;
  readonly lateMs?: number;
}

/** What becomes of one packet. */
export interface PacketFate {
  readonly lost: boolean;
  /** How often it is sent. */
  readonly copies: 1 | 2;
  readonly delayMs: number;
  readonly reordered: boolean;
  readonly late: boolean;
}

const UNHARMED: PacketFate = { lost: false, copies: 1, delayMs: 0, reordered: false, late: false };
const LATE_MS = 500;

/** Decides the fate of one packet after the other; `ptimeMs` is the time to the next. */
export type FateOf = (ptimeMs: number) => PacketFate;

/** Fates for one line; `line` tells the lines of a call apart, so that they are not hit at the same places. */
export function fates(impairments: Impairments | undefined, line: number): FateOf {
  if (impairments === undefined) return () => UNHARMED;
  const { lossPercent = 0, burst = 1, reorderPercent = 0, duplicatePercent = 0 } = impairments;
  const { jitterMs = 0, latePercent = 0, lateMs = LATE_MS } = impairments;
  const random = seededRandom(impairments.seed + 7919 * line);
  const loss = lossPercent / 100;
  // Of a chain with two states: lost packets stay lost with 1 - 1/burst, and their share over time is `loss`.
  const [ends, begins] = [1 / burst, loss >= 1 ? 1 : loss / (burst * (1 - loss))];
  let losing = false;
  return (ptimeMs) => {
    // Always as many draws, so that one impairment more leaves the others where they were.
    const [chance, order, copy, spread, lateness] = [random(), random(), random(), random(), random()];
    losing = loss > 0 && (losing ? chance >= ends : chance < begins);
    const late = lateness * 100 < latePercent;
    const reordered = !late && order * 100 < reorderPercent;
    return {
      lost: losing,
      copies: copy * 100 < duplicatePercent ? 2 : 1,
      delayMs: spread * jitterMs + (reordered ? 1.5 * ptimeMs + jitterMs : 0) + (late ? lateMs : 0),
      reordered,
      late,
    };
  };
}

/** @throws HoldfastError `invalid_input` for a share or time that makes no sense. */
export function checkImpairments(impairments: Impairments | undefined): void {
  if (impairments === undefined) return;
  const { lossPercent = 0, reorderPercent = 0, duplicatePercent = 0, latePercent = 0 } = impairments;
  const { burst = 1, jitterMs = 0, lateMs = 0, seed } = impairments;
  const shares = [lossPercent, reorderPercent, duplicatePercent, latePercent];
  const possible =
    Number.isInteger(seed) &&
    shares.every((share) => share >= 0 && share <= 100) &&
    burst >= 1 &&
    [jitterMs, lateMs].every((ms) => ms >= 0 && ms <= 60_000);
  if (possible) return;
  throw new HoldfastError(
    'invalid_input',
    'An impairment is out of range: shares are 0 to 100 percent, a burst is 1 packet or more, delays are 0 to 60,000 ms, the seed is a whole number.',
    { field: 'impairments' },
  );
}
