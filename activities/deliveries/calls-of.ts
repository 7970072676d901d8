import { inPieces } from '../../connectors/kit/in-pieces.ts';
import type { SentDelivery } from './settle-batch.ts';

/** What failed together is cut into so many parts with each attempt, until whoever is to blame is alone. */
const PARTS = 8;

/**
 * The calls in which deliveries are sent: one for each operation and version of the connection. What failed together with others
 * goes in calls that are smaller with each attempt, and at last alone: most of it is not to blame, and a call each would keep a
 * whole batch for as long as thousands of calls take. Each delivery is in one call; within a call their order is kept. Pure.
 */
export function callsOf(prepared: readonly SentDelivery[]): SentDelivery[][] {
  const kinds = Map.groupBy(prepared, ({ operation, delivery: { connectionVersion, alone, attempt } }) =>
    JSON.stringify([operation, connectionVersion, alone ? attempt : 0]),
  );
  return [...kinds.values()].flatMap((kind) => inPieces(kind, mostOf(kind)));
}

function mostOf(kind: readonly SentDelivery[]): number {
  const { alone = false, attempt = 1 } = kind[0]?.delivery ?? {};
  if (!alone) return kind.length;
  return Math.max(1, Math.floor(kind.length / PARTS ** Math.max(1, attempt - 1)));
}
