import type pg from 'pg';
import type { Database } from '../../recorder-core/records/database.ts';
import { ChangeFeed } from './change-feed.ts';
import { passOnChanges } from './pass-on-changes.ts';
import { SessionWatch } from './session-watch.ts';
import { StreamPlaces } from './stream-places.ts';

/** What the streams of changes of one process share. */
export interface Changes {
  readonly feed: ChangeFeed;
  readonly sessions: SessionWatch;
  readonly places: StreamPlaces;
  /** Ends every stream; the pool is the caller's. */
  close(): void;
}

export interface ChangesOptions {
  readonly db: Database;
  /** Of which one connection is taken while somebody listens, and another for moments to pass changes on. */
  readonly pool: pg.Pool;
  readonly now: () => Date;
  readonly onFault: (error: unknown) => void;
}

/** Makes it, and passes changes on from now; nothing listens before the first console does. */
export function openChanges({ db, pool, now, onFault }: ChangesOptions): Changes {
  const feed = new ChangeFeed({ pool, onFault });
  const passing = passOnChanges({ pool, onFault });
  return {
    feed,
    sessions: new SessionWatch({ db, now }),
    places: new StreamPlaces(),
    close() {
      passing.close();
      feed.close();
    },
  };
}
