import type { SpeechDecoder } from '../../recorder-core/media/codecs/speech-decoder.ts';
import type { PartAccess } from '../../recorder-core/records/open-part.ts';
import type { RulePacks } from '../../recorder-core/records/rule-packs.ts';
import type { ConnectorHost } from '../connections/host/connector-host.ts';
import type { ReshapePool } from '../connections/mapping/reshape/reshape-pool.ts';
import type { ProofSettings } from '../identity/authenticators/proof-settings.ts';
import type { OfferedProvider } from '../../recorder-core/records/identity-providers.ts';
import type { ProviderNetwork } from '../identity/providers/provider-network.ts';
import type { Changes } from '../changes/changes.ts';
import type { ExportSettings } from '../exports/asking.ts';
import type { MailOffer } from '../mail/manage-mail.ts';
import type { GrantSettings } from '../grants/request-grant.ts';
import type { CountryRanges } from '../identity/country-ranges.ts';
import type { SessionLives } from '../identity/begin-session.ts';
import type { ScryptCost } from '../identity/local/hash-password.ts';
import type { LedgerKeys } from '../../recorder-core/records/signing-keys.ts';
import type { TombstoneJournal } from '../../recorder-core/vault/tombstone-journal.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { RecentPlays } from '../access/recent-plays.ts';
import type { NotedAccesses } from './audit-access.ts';
import type { BoundedRefusals } from './bounded-refusals.ts';
import type { Readiness } from './schemas/session.ts';

/** What the API's routes work with; made once per process. */
export interface Services extends PartAccess {
  /** Tombstones outside the database: a hold takes back those that were not carried out yet. */
  readonly journal: TombstoneJournal;
  /** The rules by which "why is this kept" is answered as of now. */
  readonly packs: RulePacks;
  /** Plays AMR, AMR-WB and G.729; left out, they are not played. */
  readonly speech?: SpeechDecoder | undefined;
  /** Which reads are in the ledger already. */
  readonly accesses: NotedAccesses;
  /** What people have played lately. */
  readonly plays: RecentPlays;
  /** Tells open consoles what has changed. */
  readonly changes: Changes;
  /** Keeps refusals of people nobody knows from filling the ledger. */
  readonly refusals: BoundedRefusals;
  /** Runs connectors for people who try a connection out. */
  readonly connectorHost: ConnectorHost;
  /** Which live providers, of every tenant, serve a domain of mail. */
  readonly providersOfDomain: (domain: string) => Promise<readonly OfferedProvider[]>;
  /** How identity providers are reached. */
  readonly providerNetwork: ProviderNetwork;
  /** Runs the reshapes that people write. */
  readonly reshape: ReshapePool;
  /** Limits of exports, and where recipients reach them. */
  readonly exports: ExportSettings;
  /** How long grants may be. */
  readonly grants: GrantSettings;
  /** What the installation can send by mail; left out, it has no mail server. */
  readonly mail?: MailOffer | undefined;
  /** With what proofs of presence are made and checked. */
  readonly proofs: ProofSettings;
  /** Under which the addresses of call records are digested. */
  readonly callSecret: Buffer;
  /** Sign checkpoints of the ledger. */
  readonly ledgerKeys: LedgerKeys;
  readonly now: () => Date;
  readonly newId: (at: Date) => string;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Region of this hub, to which what is played and exported flows; left out, nobody asks where that is. */
  readonly region?: string | undefined;
  /** Header by which the proxy before us tells the region from which a request comes; left out, it is that of this hub. */
  readonly regionHeader?: string | undefined;
  /** Header by which the proxy before us tells the country of a request; left out, none does. */
  readonly countryHeader?: string | undefined;
  /** By which the country of an address is known where no header tells it; left out, it is not. */
  readonly countries?: CountryRanges | undefined;
  /** True where the console is reached by HTTPS, so that the cookie must be `Secure`. */
  readonly secureCookies: boolean;
  readonly sessionLives: SessionLives;
  /** Where somebody signs in with a password who names no tenant. */
  readonly homeTenant: string;
  /** What a hash of a password costs; tests take less. */
  readonly passwordCost?: ScryptCost | undefined;
  readonly readiness: () => Promise<Readiness>;
}
