import type { KekSource } from '../../../recorder-core/capture/kek-source.ts';
import { openSpoolRoots } from '../../../recorder-core/capture/spool-roots.ts';
import { reportRoots } from '../../../recorder-core/records/recorder-nodes.ts';
import { repeatWork } from '../../live/repeated-work.ts';
import type { Resources } from '../open-resources.ts';

/** Between two reports. */
const REPORT_MS = 10_000;

/** A recorder's reports on root keys. */
export interface RootReports {
  /** Writes a last report, for the spool alone; to be called when no call is in progress any more. */
  stop(): Promise<void>;
}

/**
 * Moves this recorder to a new root key soon after a rotation, and tells the database which roots its keys and its spool
 * still need: none of them is destroyed before it says that it needs it no more.
 */
export function startRootReports(
  { config, db, spool, log }: Pick<Resources, 'config' | 'db' | 'spool' | 'log'>,
  keks: KekSource,
): RootReports {
  const { tenantId, node } = config;
  const rootsOfSpool = openSpoolRoots(spool);
  const write = async (inMemory: readonly string[]): Promise<void> => {
    const roots = [...new Set([...inMemory, ...(await rootsOfSpool())])].sort();
    await db.forTenant(tenantId, (tx) => reportRoots(tx, node, roots));
  };
  const onFault = (error: unknown): void => {
    log.warn({ error }, 'the root keys in use could not be reported; none of them is destroyed meanwhile');
  };
  const reports = repeatWork(
    REPORT_MS,
    async () => {
      await keks.renew(new Date());
      await write(await keks.rootsInUse(new Date()));
    },
    onFault,
  );
  return {
    async stop() {
      await reports.stop();
      await write([]).catch(onFault);
    },
  };
}
