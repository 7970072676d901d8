import type { OfferForm } from '../../recorder-core/siprec/client/call-options.ts';
import { CHANGES, type ChangeName, type MatrixChange } from './changes.ts';
import type { MatrixSource } from './sources.ts';

/** How the signalling travels; `udp-ipv6` is over `::1`. */
export const TRANSPORTS = ['udp', 'tcp', 'tls', 'udp-ipv6'] as const;
export type MatrixTransport = (typeof TRANSPORTS)[number];

/** One call of the matrix. */
export interface MatrixCase {
  readonly transport: MatrixTransport;
  readonly source: MatrixSource;
  readonly offer: OfferForm;
  readonly change: ChangeName;
}

/** The case in words, for the title of its test. */
export function titleOf({ transport, source, offer, change }: MatrixCase): string {
  return `${source.dialect}, ${offer}, ${change}, over ${transport}`;
}

/** What happens in it. */
export function changeOf({ change }: Pick<MatrixCase, 'change'>): MatrixChange {
  return CHANGES[change];
}
