import type { Database } from '../../recorder-core/records/database.ts';
import type { User } from '../../recorder-core/records/users.ts';
import type { Circumstances } from './circumstances.ts';

/** On whose behalf something is done; the same for the API and the command line. */
export interface Asking {
  /** For refusals, which stand in the ledger although nothing else was done. */
  readonly db: Database;
  readonly tenantId: string;
  readonly person: User;
  readonly now: Date;
  readonly newId: (at: Date) => string;
  /** Left out, nothing is known of them, and what asks for a proof of presence is refused. */
  readonly circumstances?: Circumstances;
}
