import type { RecordingDocument } from '../../../connectors/kit/record.ts';
import type { ConnectedPeer } from '../../support/deliveries/hub-under-test.ts';
import type { BaselineCalls } from './calls-abreast.ts';

/** A system that a vendor's bench of deliveries runs against: a real server, or a double that keeps the vendor's rules. */
export interface DeliveryPeer extends ConnectedPeer {
  /** What it is, for people. */
  readonly title: string;
  /** What the baseline does, for people: all that a careful user of the vendor's client does, and nothing besides. */
  readonly baselineTitle: string;
  /**
   * Lets the vendor's own client write the records as fast as it does, in bulk and by their keys, and read what became of
   * each, in calls like the connector's; waits for the end. They stand in a place beside ours, where an older revision of
   * them may stand already.
   */
  baseline(records: readonly RecordingDocument[], calls: BaselineCalls): Promise<void>;
  /** The pace that the vendor documents, where it does; full speed until it is asked for. */
  readonly pace?: {
    /** Where that stands. */
    readonly source: string;
    /** Has every request take as long as it does there, by waiting, without work; or no longer than it needs. */
    keep(kept: boolean): Promise<void>;
  };
  /** How many objects the connector's own place has, read past the connector. */
  count(tenantId: string): Promise<number>;
  stop(): Promise<void>;
}

/** One vendor of the bench. */
export interface DeliveryVendor {
  readonly name: string;
  /** Why it cannot be had on this machine; undefined where it can. */
  unavailable(): string | undefined;
  start(): Promise<DeliveryPeer>;
}
