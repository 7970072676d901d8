/** What a connector's tests must offer so that the acceptance suite can run over it. */
import type { Connector } from '../connector.ts';
import type { ConnectorContext } from '../context.ts';
import type { FieldValue } from '../fields.ts';
import type { ConnectorManifest, RateLimit } from '../manifest.ts';
import type { Outcome } from '../outcome.ts';
import type { RemoteErrorClass } from '../remote-error.ts';

/** Something that goes wrong between the connector and its peer, once. */
export type Fault =
  /** Answered by something in between; the peer never sees the request. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The request arrives in between, the peer never sees it, the connection is cut. */
  | { readonly kind: 'cut-before' }
  /** The peer does the work; the connection is cut before the answer. */
  | { readonly kind: 'cut-after' }
  /** The peer does the work; the answer begins and never ends. */
  | { readonly kind: 'slow-body' }
  /** Redirects to a host outside the allow-list; `Subject.strayRequests` counts who arrives there. */
  | { readonly kind: 'redirect' };

/** One request on its way to the peer. */
export interface PassingRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: Buffer;
  /** It changes something at the peer. */
  readonly writes: boolean;
}

/** Looks at a request and says what it meets; undefined lets it pass. */
export type ChooseFault = (request: PassingRequest) => Fault | undefined;

/**
 * Which connection to open: a working one, one with a credential that is refused, one that is accepted and may do
 * nothing, one that leads to nobody, or one whose peer refuses `Subject.poison` and takes everything else.
 */
export type Variant = 'good' | 'bad-credential' | 'no-permission' | 'wrong-host' | 'poisoned';

/** How a recording stands at the peer. */
export interface Standing {
  readonly revision: number;
  readonly held: boolean;
}

/** One open connection of a tenant of its own, and the means to see behind the connector's back. */
export interface Subject {
  readonly tenantId: string;
  readonly ctx: ConnectorContext;
  /** The same connection for a dry run. */
  readonly preview: ConnectorContext;
  /** The host's plan, execute, reconcile. */
  run(operation: string, records: readonly unknown[]): Promise<Outcome[]>;
  /** As `run`, over a connection to the same peer that may be used at this rate only. */
  runAt?(rate: RateLimit, operation: string, records: readonly unknown[]): Promise<Outcome[]>;
  /** What the peer holds of the recording, read without the connector. */
  remote(recordingId: string): Promise<Standing | undefined>;
  /** The same of everything that the peer holds for this tenant, by recording, in one look; needed by storms. */
  everything?(): Promise<ReadonlyMap<string, Standing>>;
  /** How many objects the peer holds for this tenant. */
  count(): Promise<number>;
  /** Writing requests that reached the peer. */
  writes(): number;
  /** Lets the next write (or with `any` the next request) go wrong; where the bench can, after `skip` others. */
  inject(fault: Fault, on?: 'write' | 'any', skip?: number): void;
  /** Shows every request from now on to `choose` before it is passed; needed by storms. */
  watch?(choose: ChooseFault): void;
  /** Lets so many milliseconds pass at once for everything that waits on this connection; needed by storms. */
  skip?(ms: number): void;
  strayRequests(): number;
  /** Everything that was logged and traced, as text. */
  seen(): string;
  /** Needed where an operation is mapped: the fields of the remote object, read without the connector. */
  remoteFields?(recordingId: string): Promise<Readonly<Record<string, FieldValue>>>;
  /** Needed where the credential gives tokens: the peer refuses every token it gave so far. */
  expireTokens?(): void;
  /** Needed where the credential gives tokens: requests for a token that the peer answered. */
  tokenRequests?(): number;
  /** Needed where there are streams: something happens at the peer that the stream tells, once for each `n`. */
  happen?(stream: string, n: number): Promise<void>;
  close(): Promise<void>;
}

/** One connector with its peer. */
export interface Bench {
  readonly connector: Connector;
  /** The text of the connector's README. */
  readonly readme: string;
  open(variant: Variant, options?: { readonly timeoutMs?: number }): Promise<Subject>;
  /** For each way to be set up wrongly: the check that must fail, and its class. */
  readonly failingChecks: readonly {
    readonly variant: Variant;
    readonly check: string;
    readonly class: RemoteErrorClass;
  }[];
  /** With variant `poisoned`: makes of a good record one that the peer refuses. */
  readonly poison?: <T extends object>(record: T) => T;
  /** With variant `poisoned`: makes of a sample a record that the peer takes. */
  readonly wholesome?: <T extends object>(record: T) => T;
  /** An answer that claims success without any work done. */
  readonly lyingSuccess?: Extract<Fault, { kind: 'answer' }>;
  /** The manifest of the last release, where there was one. */
  readonly released?: ConnectorManifest;
  /** Configurations as older versions wrote them: at least one for each version of `migratesFrom`. */
  readonly olderConfigs?: readonly { readonly version: string; readonly config: Record<string, unknown> }[];
  /** A mapped field of the upsert, a value that the peer takes for it, and the name of one that it does not have. */
  readonly mapped?: { readonly field: string; readonly value: FieldValue; readonly unknownField: string };
  /** Secrets of the credentials that must be seen nowhere; asked once a subject was opened. */
  canaries(): readonly string[];
}
