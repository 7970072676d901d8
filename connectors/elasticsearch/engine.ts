/**
 * What this connector asks of a search engine, in one shape for both dialects. Every method throws RemoteFailure; nothing is
 * repeated. `engines/` makes it of the vendors' own clients.
 */

/** Why an item or a request failed: the type is a plain word; what else an engine says can quote documents. */
export interface EngineError {
  readonly type: string;
}

/** What became of one line of a bulk request. */
export interface BulkItem {
  readonly status: number;
  readonly result?: string;
  readonly _version?: number;
  readonly error?: EngineError;
}

/** One document read by id, as it stands now. */
export interface ReadDocument<S> {
  readonly found?: boolean;
  readonly error?: EngineError;
  readonly _version?: number;
  readonly _seq_no?: number;
  readonly _primary_term?: number;
  readonly _source?: S;
}

/** One document that a search found. */
export interface FoundDocument<S> {
  readonly _id: string;
  readonly _source?: S;
  readonly sort?: readonly unknown[];
}

/** A page of what a search found; `pointId` where it looked at a point in time. */
export interface FoundPage<S> {
  readonly documents: readonly FoundDocument<S>[];
  readonly pointId?: string;
}

/** A mapping as an index has it. */
export interface IndexMapping {
  readonly dynamic?: unknown;
  readonly properties?: Readonly<Record<string, MappedField>>;
}

/** A field of a mapping. */
export interface MappedField {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, MappedField>>;
}

/** A search as both engines take it; its index stands in the point in time where it has one. */
export interface EngineSearch {
  readonly index?: string;
  readonly point?: { readonly id: string; readonly keepAlive: string };
  readonly query?: object;
  readonly size: number;
  readonly sort: readonly Readonly<Record<string, 'asc' | 'desc'>>[];
  readonly source: readonly string[];
  readonly after?: readonly unknown[];
}

/** A change of aliases; all of one request happen at once or not at all. */
export type AliasAction =
  | { readonly add: { readonly index: string; readonly alias: string; readonly is_write_index?: boolean } }
  | { readonly remove: { readonly index: string; readonly alias: string } }
  | { readonly remove_index: { readonly index: string } };

/** The rights that the connector needs on its indices. */
export const NEEDED = ['manage', 'index', 'delete', 'read'] as const;
export type Privilege = (typeof NEEDED)[number];

/** One engine behind one connection. */
export interface SearchEngine {
  /** As people call it. */
  readonly product: 'Elasticsearch' | 'OpenSearch';
  /** The line of versions that the connector is proven with. */
  readonly proven: string;
  /** Throws `config` where another product answers. */
  version(): Promise<string>;
  /** Whether the engine says that it accepts the credential; undefined where it asks nobody for one. */
  authenticate(): Promise<true | undefined>;
  /** Which rights are missing on any of these indices; undefined where the engine cannot be asked without trying. */
  missingPrivileges(names: readonly string[]): Promise<readonly Privilege[] | undefined>;
  /** The clocks of its nodes, in milliseconds since the epoch. */
  nodeTimes(): Promise<number[]>;
  /** Sends lines of operations through an alias or to an index; `throughAlias` refuses where there is no such alias. */
  bulk(index: string, operations: readonly object[], throughAlias: boolean): Promise<BulkItem[]>;
  /** Reads by id in one request, in the order given; reads what was answered, searched or not. */
  read<S>(
    asked: readonly { readonly index: string; readonly id: string }[],
    source: readonly string[],
  ): Promise<ReadDocument<S>[]>;
  search<S>(search: EngineSearch): Promise<FoundPage<S>>;
  openPoint(index: string, keepAlive: string): Promise<string>;
  closePoint(id: string): Promise<void>;
  /** Makes what was written before visible to searches. */
  refresh(index: string): Promise<void>;
  createIndex(index: string, body: object): Promise<void>;
  deleteIndex(index: string): Promise<void>;
  putComponentTemplate(name: string, template: object): Promise<void>;
  /** Makes the template where there is none of that name, and leaves one that is there alone. */
  makeComponentTemplate(name: string, template: object): Promise<void>;
  putIndexTemplate(name: string, template: object): Promise<void>;
  /** The mapping of each index behind a name; undefined where there is none of that name. */
  mappings(name: string): Promise<Readonly<Record<string, IndexMapping>> | undefined>;
  putMapping(index: string, properties: object): Promise<void>;
  /** The indices behind an alias, with those among them that take writes; empty where there is no such alias. */
  behind(alias: string): Promise<readonly string[]>;
  changeAliases(actions: readonly AliasAction[]): Promise<void>;
}
