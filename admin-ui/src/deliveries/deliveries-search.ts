/** What the list of deliveries is narrowed to; stands in the address, so that it can be shared. */
export interface DeliveriesSearch {
  readonly connectionId?: string;
  readonly state?: (typeof STATES)[number];
  readonly fingerprint?: string;
  readonly cursor?: string;
}

/** Every state, in the order of a delivery's life. */
export const STATES = ['queued', 'leased', 'dead', 'done', 'rejected', 'superseded', 'discarded'] as const;

/** Reads the address; what is not understood is left out. */
export function parseDeliveriesSearch(raw: Record<string, unknown>): DeliveriesSearch {
  const text = (name: string): string | undefined => (typeof raw[name] === 'string' ? raw[name] : undefined);
  const state = STATES.find((one) => one === raw['state']);
  const [connectionId, fingerprint, cursor] = ['connectionId', 'fingerprint', 'cursor'].map(text);
  return {
    ...(connectionId === undefined ? {} : { connectionId }),
    ...(state === undefined ? {} : { state }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}
