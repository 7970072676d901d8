/** What a connector reads from the remote system: events, and how far it has read. */
import type { ConnectorContext } from './context.ts';

/** Something to read again and again. */
export interface StreamSpec {
  readonly title: string;
  readonly description: string;
  /** The type of inbound event that each item becomes, for example `ticket.closed`; `*` at the end stands for any. */
  readonly produces: readonly string[];
  /** How often it is read, in seconds. */
  readonly everySec: number;
}

/** How far a stream was read: plain JSON, made by the connector, kept by the host. Null at the beginning. */
export type StreamCheckpoint = Readonly<Record<string, string | number>> | null;

/** One thing read. Everything before a checkpoint is kept before the checkpoint is. */
export type StreamItem =
  | {
      readonly kind: 'event';
      /** The same for the same event however often it is read. */
      readonly dedupeKey: string;
      /** Type and data of the inbound event, checked by its own schema. */
      readonly type: string;
      /** RFC 3339 with milliseconds, UTC: when it happened there. */
      readonly at: string;
      readonly data: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'checkpoint'; readonly checkpoint: StreamCheckpoint };

/** A stream as its author writes it. May throw RemoteFailure. Reading from a checkpoint of the future yields nothing. */
export interface StreamDefinition<C> {
  readonly spec: StreamSpec;
  read(ctx: ConnectorContext<C>, from: StreamCheckpoint): AsyncIterable<StreamItem>;
}
