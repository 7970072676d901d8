import type { StreamProgress } from '../connector-contract.ts';
import type { StreamRef } from '../contract.ts';

/** Which streams there are, and how one is read; the host of connections does both. */
export interface StreamReader {
  /** Streams of live connections in which something may be new; each tenant's rows are made where they are missing. */
  findDue(tenantId: string, now: Date): Promise<readonly StreamRef[]>;
  /**
   * Reads a stream on from its checkpoint, keeps its events once each and moves the checkpoint behind them. Done again after a
   * failure it makes no second event. Remote failures are noted with the time of the next try, and not thrown.
   */
  read(
    ref: StreamRef,
    work: { readonly signal: AbortSignal; readonly alive: () => void },
  ): Promise<StreamProgress>;
}
