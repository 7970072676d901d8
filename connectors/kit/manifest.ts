/** What a connector says about itself: pure data that can be shown, compared, hashed and signed. */
import type { z } from 'zod';
import type { AuthMethod } from './auth.ts';
import type { RecordKind } from './record.ts';

/** A JSON Schema 2020-12 document, made from the connector's zod schema. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Where the connector may reach: the origin of a URL in its configuration, or a fixed https host. */
export type HostRule = { readonly fromConfig: string } | { readonly host: string; readonly port?: number };

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
  readonly kind: 'upsert' | 'delete';
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
  readonly dataClasses: readonly ('metadata' | 'transcript' | 'audio' | 'pii')[];
}

/** How fast one connection may be used unless the remote side asks for less. */
export interface RateLimit {
  readonly requestsPerSecond: number;
  readonly burst: number;
}

/** Parts of the product that the host must lend to the connector. */
export type HostNeed = 'embedded-search';

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
}
