import type { Inventory } from '../../connectors/kit/inventory.ts';

/** What a connected system holds; the host behind it opens the credential and enforces budget and egress. */
export type InventoryOf = (asked: {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly signal: AbortSignal;
  /** The copy that a rebuild fills, in the place of what is in use. */
  readonly copy?: string;
}) => Inventory;
