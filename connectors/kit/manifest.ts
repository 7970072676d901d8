/** What a connector says about itself: pure data that can be shown, compared, hashed and signed. */
import type { z } from 'zod';
import type { AuthMethod } from './auth.ts';
import type { MappingRow } from './fields.ts';
import type { RecordKind } from './record.ts';
import type { StreamSpec } from './stream.ts';

/** A JSON Schema 2020-12 document, made from the connector's zod schema. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * Where the connector may reach: the origin of a URL in its configuration, a fixed https host, or an https host whose
 * first labels stand in the configuration and whose end is fixed: `{account}.example.com`.
 */
export type HostRule =
  | {
      readonly fromConfig: string;
      /** Set where the configuration may leave it out; the rule then allows nothing. */
      readonly optional?: boolean;
    }
  | { readonly host: string; readonly port?: number }
  | { readonly template: string };

/** A named test of a connection, run and reported alone. */
export interface CheckSpec {
  /** Kebab case. */
  readonly id: string;
  readonly title: string;
  /** A `required` check that fails keeps the connection from going live. */
  readonly severity: 'required' | 'advised';
}

/** What one operation does, takes and promises. */
export interface OperationSpec {
  /** `notify` tells a person something; it is never taken back. */
  readonly kind: 'upsert' | 'delete' | 'notify';
  readonly title: string;
  readonly description: string;
  readonly input: RecordKind;
  /** How the same act sent twice is kept from taking effect twice. */
  readonly idempotency: {
    readonly via: 'client_doc_id' | 'external_id' | 'merge_key' | 'header' | 'search_first';
  };
  readonly batch: { readonly maxRecords: number; readonly maxBytes: number };
  /** When `reconcile` may look for the effect. */
  readonly visible: 'at_once' | { readonly withinSec: number };
  /** Set where a connection's mapping can fill the remote object's own fields; `fields` of the record has them. */
  readonly mapping?: OperationMapping;
  readonly dataClasses: readonly ('metadata' | 'transcript' | 'audio' | 'pii')[];
}

/** Which object of the catalogue a mapping fills, and the rows a new connection begins with. */
export interface OperationMapping {
  /** Name in the catalogue: fixed, or the value of a property of the configuration. */
  readonly object: string | { readonly fromConfig: string };
  readonly defaults: readonly MappingRow[];
}

/** How fast one connection may be used, by all workers together, unless the remote side asks for less. */
export interface RateLimit {
  readonly requestsPerSecond: number;
  readonly burst: number;
  /** What the vendor allows over longer times. A request counts as `cost` of them. */
  readonly windows?: readonly RateWindow[];
  /** Requests under way at once. Those of a vendor's own client are not counted. */
  readonly concurrency?: number;
  /** Share of rate and windows that back-fill may use; one half where nothing is said. */
  readonly backfillShare?: number;
  /** How the vendor's answers tell what is left of its allowance. */
  readonly quota?: QuotaHeader;
}

/** At most so many requests in so long. `fixed` windows begin at multiples of their length; `moving` ones at any time. */
export interface RateWindow {
  readonly perSeconds: number;
  readonly requests: number;
  readonly kind: 'fixed' | 'moving';
}

/** A header of answers that tells what is left. */
export interface QuotaHeader {
  /** Lower case. */
  readonly header: string;
  /** `remaining`: a number; `usage`: used and allowed, as in `api-usage=18/5000`. */
  readonly holds: 'remaining' | 'usage';
  /** Lower case; the header that tells when all is allowed again, in seconds from now or as seconds since the epoch. */
  readonly reset?: { readonly header: string; readonly as: 'seconds' | 'epoch-seconds' };
  /** With so much left nothing more is sent until the reset, or for a quarter of an hour where none is told. Default: 0. */
  readonly keep?: number;
}

/**
 * What the host must lend to the connector. `own-client`: the vendor's client cannot send through `ctx.http`; it gets the
 * credential and a proxy that lets it reach the connection's allow-list alone.
 */
export type HostNeed = 'embedded-search' | 'own-client';

/** Everything a host or a person needs to know before the code runs. */
export interface ConnectorManifest {
  /** Kebab case, equal to the connector's folder. */
  readonly id: string;
  /** Semantic version of the connector. */
  readonly version: string;
  /** Version of the contract between host and connector. */
  readonly protocol: 1;
  readonly title: string;
  readonly description: string;
  readonly support: 'core' | 'verified' | 'community';
  readonly config: JsonSchema;
  readonly auth: readonly AuthMethod[];
  readonly hosts: readonly HostRule[];
  readonly rate: RateLimit;
  readonly checks: readonly CheckSpec[];
  readonly operations: Readonly<Record<string, OperationSpec>>;
  readonly needs: readonly HostNeed[];
  /** Whether `discover` can tell the objects and fields of the remote side. */
  readonly discovers: boolean;
  /** Whether `inventory` can tell everything that the remote side holds. */
  readonly inventories: boolean;
  /** Whether a second copy can be filled beside what is in use, and put in its place. */
  readonly rebuilds: boolean;
  /** Settings after whose change, as after one of a mapping, what was sent before is out of date until it is rebuilt. */
  readonly shapedBy: readonly string[];
  /** Whether recordings can be searched for over there. */
  readonly searches: boolean;
  readonly streams: Readonly<Record<string, StreamSpec>>;
  /** Versions from which a stored configuration can be brought to this one, oldest first. */
  readonly migratesFrom: readonly string[];
}
