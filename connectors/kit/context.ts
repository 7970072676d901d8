/** Everything a connector may touch; what is not here it cannot reach. */
import type { Credential } from './auth.ts';
import type { Http } from './http.ts';
import type { OutboundRecord } from './record.ts';
import type { SearchIndexPort } from './search-index.ts';

/** Log lines of a connector: scalars only, redacted by the host, never the content of a record. */
export type ConnectorLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields?: Readonly<Record<string, string | number | boolean | null>>,
) => void;

/** A session of a vendor's own client that stays signed in between two pieces of work. */
export interface KeptSession {
  /** What the client takes it up again by; a secret. */
  readonly state: string;
  /** When it was signed in, in milliseconds since the epoch. */
  readonly since: number;
}

/**
 * The sessions that are kept for one connection under one configuration and credential, in the memory of this process.
 * Each is in one hand at a time: who takes one gives it back or ends it.
 */
export interface SessionKeep {
  /** Undefined where none is free. The other side may have ended it meanwhile. */
  take(): KeptSession | undefined;
  /**
   * Keeps a session for the work to come, for a minute without any and a quarter of an hour at the most. `end` signs it out;
   * it is called when that time is over, when configuration or credential changed, or when the process stops, with a way
   * that does not end with this work. What `end` fails by is not told.
   */
  give(session: KeptSession, end: (http: Http) => Promise<void>): void;
  /** Signs out, now, of a session whose work was stopped, by such a way. What `end` fails by is not told. */
  leave(end: (http: Http) => Promise<void>): void;
}

/** What a connector that needs its vendor's own client is lent; `ctx.http` stays the way for everything else. */
export interface OwnClientLoan {
  readonly credential: Credential;
  /** An HTTP proxy on loopback that tunnels to the connection's allowed hosts only, and asks for this user. */
  readonly proxy: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
  };
  /**
   * Takes one request from the connection's budget; see `Http` for what it throws. It counts as under way until the answer
   * is called, at the latest to the end of the work.
   */
  readonly takeBudget: () => Promise<() => void>;
  /** To be told of every secret that the client was given, such as a session's token, before it is used: no log line may hold it. */
  readonly hide: (secret: string) => void;
  /** Undefined for work after which nothing may stay, as the trial of a credential. */
  readonly sessions?: SessionKeep;
}

/** Made by the host for one connection and one piece of work. */
export interface ConnectorContext<C = unknown> {
  readonly tenantId: string;
  readonly connectionId: string;
  /** Checked by the connector's schema; holds no secret. */
  readonly config: C;
  readonly http: Http;
  /** Deterministic idempotency key: the same record through the same operation gives the same 64 hex digits. */
  readonly keyOf: (operation: string, record: OutboundRecord) => string;
  readonly log: ConnectorLog;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Aborted when the work must stop. */
  readonly signal: AbortSignal;
  /** True for a preview: the host refuses every write, and `plan` compares with the remote side. */
  readonly dryRun: boolean;
  /** Set where the work is about the copy that a rebuild fills beside what is in use: its name, 32 hex digits. */
  readonly copy?: string;
  readonly searchIndex?: SearchIndexPort;
  readonly ownClient?: OwnClientLoan;
}
