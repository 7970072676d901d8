import { killsWorkers } from './dead-worker.ts';
import type { SentDelivery } from './judge-batch.ts';

/**
 * What was made, as calls: one an operation, version and size of parts, the largest first, so that what is under no suspicion waits
 * for nothing else. Pure.
 */
export function callsOf(prepared: readonly SentDelivery[]): SentDelivery[][] {
  const alike = Map.groupBy(
    prepared,
    ({ operation, delivery }) =>
      `${operation}/${delivery.connectionVersion ?? ''}/${delivery.most ?? ''}/${killsWorkers(delivery)}`,
  );
  return [...alike.values()]
    .flatMap((group) => chunked(group, group[0]?.delivery.most ?? group.length))
    .sort((one, other) => other.length - one.length);
}

function chunked<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_none, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
