import type pg from 'pg';
import type { KekSource } from '../recorder-core/capture/kek-source.ts';
import type { SpeechDecoder } from '../recorder-core/media/codecs/speech-decoder.ts';
import type { VerifiedRulePack } from '../recorder-core/policy/rule-pack.ts';
import type { Database } from '../recorder-core/records/database.ts';
import type { KeyProvider } from '../recorder-core/vault/key-provider.ts';
import type { ObjectStore } from '../recorder-core/vault/object-store.ts';
import type { RunOnConnection } from './connectors/run-on-connection.ts';

/** Everything the activities work with; made once per worker and handed to each factory. */
export interface ActivityDependencies {
  readonly db: Database;
  /** Pool of the dispatcher's role: sees the list of tenants. */
  readonly dispatcher: pg.Pool;
  readonly keys: KeyProvider;
  readonly keks: KekSource;
  readonly objects: ObjectStore;
  /** Folder of the spool of the node that this worker serves. */
  readonly spool: string;
  readonly pack: VerifiedRulePack;
  /** Plays AMR, AMR-WB and G.729; left out, they are not played. */
  readonly speech?: SpeechDecoder | undefined;
  readonly newId: (at: Date) => string;
  readonly now: () => Date;
  /** Address of a recording in the console. */
  readonly linkTo: (recordingId: string) => string;
  readonly runOnConnection: RunOnConnection;
}
