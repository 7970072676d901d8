import type { KeyProvider } from '../key-provider.ts';

/** A provider with a process or connections behind it, to be closed. */
export interface OpenProvider {
  readonly provider: KeyProvider;
  close(): void;
}
