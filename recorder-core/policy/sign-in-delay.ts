/** Whom failed attempts are counted for. An address may be that of a whole office, so it has more of them. */
export type DelayKind = 'account' | 'address';

const FREE: Readonly<Record<DelayKind, number>> = { account: 3, address: 20 };
const LONGEST_MS = 15 * 60_000;
/** So long after the last failure, counting begins anew. */
export const FAILURES_FORGOTTEN_MS = 24 * 3_600_000;

/** How long nothing is tried after so many failures: nothing at first, then 1 s, doubled by each, at most a quarter of an hour. */
export function delayAfter(kind: DelayKind, failures: number): number {
  const counted = failures - FREE[kind];
  return counted <= 0 ? 0 : Math.min(LONGEST_MS, 1000 * 2 ** Math.min(counted - 1, 20));
}
