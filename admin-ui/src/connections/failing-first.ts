import type { BoardRow } from './connections-columns.tsx';

/** How a connection stands, as far as the order of the board asks. */
type Standing = Pick<BoardRow, 'pulse' | 'queue'>;

/** Connections that are not answered first, then those with dead letters, then failures of the last hour; the rest as they were. */
export function failingFirst<Row extends Standing>(rows: readonly Row[], now: number): Row[] {
  return rows.toSorted((one, other) => trouble(other, now) - trouble(one, now));
}

function trouble({ pulse, queue }: Standing, now: number): number {
  const closed = queue?.closedUntil ?? null;
  if (pulse != null && pulse.breaker !== null && pulse.breaker.state !== 'closed') return 3;
  if (closed !== null && Date.parse(closed) > now) return 3;
  if ((queue?.dead ?? 0) > 0) return 2;
  return (queue?.failed ?? 0) > 0 ? 1 : 0;
}
