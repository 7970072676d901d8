import type pg from 'pg';
import type { KekSource } from '../recorder-core/capture/kek-source.ts';
import type { SpeechDecoder } from '../recorder-core/media/codecs/speech-decoder.ts';
import type { VolumeLimits } from '../recorder-core/policy/disposal-volume.ts';
import type { ConnectionStanding } from '../recorder-core/records/connection-standing.ts';
import type { Database, Tx } from '../recorder-core/records/database.ts';
import type { DeliveryHealth } from '../recorder-core/records/delivery-queues.ts';
import type { KeyArchive } from '../recorder-core/records/key-archive.ts';
import type { KeyUses } from '../recorder-core/records/key-uses.ts';
import type { RulePacks } from '../recorder-core/records/rule-packs.ts';
import type { KeyProvider } from '../recorder-core/vault/key-provider.ts';
import type { ObjectStore } from '../recorder-core/vault/object-store.ts';
import type { StoreProbe } from '../recorder-core/vault/probe-object-store.ts';
import type { TombstoneJournal } from '../recorder-core/vault/tombstone-journal.ts';
import type { InventoryOf } from './comparisons/inventory-of.ts';
import type { RebuildStep } from './comparisons/rebuild-step.ts';
import type { RunOnConnection } from './connectors/run-on-connection.ts';
import type { DeliveryLimits, SendBatch } from './deliveries/send-batch.ts';
import type { StreamReader } from './streams/stream-reader.ts';

/** Everything the activities work with; made once per worker and handed to each factory. */
export interface ActivityDependencies {
  readonly db: Database;
  /** Pool of the dispatcher's role: sees the list of tenants. */
  readonly dispatcher: pg.Pool;
  readonly keys: KeyProvider;
  readonly keks: KekSource;
  readonly objects: ObjectStore;
  readonly uses: KeyUses;
  /** Tombstones outside the database. */
  readonly journal: TombstoneJournal;
  /** Folder of the spool of the node that this worker serves. */
  readonly spool: string;
  /** What keys are wrapped under after a period was closed, outside the database. */
  readonly archive: KeyArchive;
  /** Seals the credential of a connection anew under the current root key. */
  readonly rewrapCredential: (tenantId: string, connectionId: string, sealed: Buffer) => Promise<Buffer>;
  /** The rules in force for the tenant of a transaction. */
  readonly packs: RulePacks;
  /** For how many days backups of the database are kept, as the operator says; certificates tell. */
  readonly backupDays: number;
  /** Plays AMR, AMR-WB and G.729; left out, they are not played. */
  readonly speech?: SpeechDecoder | undefined;
  readonly newId: (at: Date) => string;
  readonly now: () => Date;
  /** From when on a day's disposals are unusual; the policy's own limits where left out. */
  readonly disposalLimits?: VolumeLimits | undefined;
  /** The clock that ours is compared with before anything is disposed of; the database's own where left out. */
  readonly clockOf?: ((tx: Tx) => Promise<Date>) | undefined;
  /** Resolves after this many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /** Address of a recording in the console. */
  readonly linkTo: (recordingId: string) => string;
  /** Address of an incident in the console. */
  readonly linkToIncident: (incidentId: string) => string;
  /** A new link to a notice for a custodian: its secret is in the address alone, the digest goes into the database. */
  readonly noticeLink: (tenantId: string) => { readonly url: string; readonly digest: Buffer };
  readonly runOnConnection: RunOnConnection;
  readonly sendBatch: SendBatch;
  /** Told once a minute how all connections of all tenants are delivered to. */
  readonly onDeliveryHealth?: ((health: readonly DeliveryHealth[], now: Date) => void) | undefined;
  /** Told at the same time how they stand with the other side. */
  readonly onConnectionStandings?:
    ((standings: readonly ConnectionStanding[], now: Date) => void) | undefined;
  /** The running trace as headers, for what goes on behind the outbox; none where it is left out. */
  readonly carryTrace?: (() => Readonly<Record<string, string>>) | undefined;
  readonly inventoryOf: InventoryOf;
  readonly rebuildStep: RebuildStep;
  readonly streams: StreamReader;
  /** What a connector allows of its deliveries, by its id. */
  readonly deliveryLimits: (connector: string) => DeliveryLimits;
  /** Ids of the connectors that have an operation. */
  readonly connectorsWith: (operation: string) => readonly string[];
  /** Ids of the connectors that can tell what they hold. */
  readonly inventories: readonly string[];
  /** Told what each probe of the object store found. */
  readonly onStoreProbe?: ((probe: StoreProbe) => void) | undefined;
}

/** What closing a period of keys works with; also without Temporal. */
export type KeyDependencies = Pick<
  ActivityDependencies,
  'db' | 'dispatcher' | 'keys' | 'objects' | 'archive' | 'rewrapCredential' | 'newId' | 'now'
>;
