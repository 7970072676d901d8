import { totalmem } from 'node:os';

const MB = 2 ** 20;
/** As PostgreSQL comes, and as much as deliveries and lists of some million recordings need. */
const [LEAST_MB, MOST_MB] = [128, 2048];

/**
 * Settings of the embedded server for real amounts of rows; none of them risks what was committed. Memory: an eighth of the machine's,
 * or of what this process may use, for everything else of the product runs there too. Log: a page that is changed goes into it as a
 * whole once after each checkpoint, so these are made less often than PostgreSQL does by itself; at most so much of it stands on the
 * disk, and is replayed after a crash. Pure.
 */
export function postgresSettings(memoryBytes = memoryOfProcess()) {
  const shared = Math.min(MOST_MB, Math.max(LEAST_MB, Math.floor(memoryBytes / 8 / MB)));
  return { shared_buffers: `${shared}MB`, max_wal_size: '4GB', checkpoint_timeout: '15min' } as const;
}

function memoryOfProcess(): number {
  const limit = process.constrainedMemory(); // 0 where it is not known
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
