import type { LedgerKeys } from '../../recorder-core/records/signing-keys.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** What comparing calls and making reports work with. */
export interface ComplianceDependencies extends Pick<
  ActivityDependencies,
  'db' | 'dispatcher' | 'keys' | 'objects' | 'uses' | 'packs' | 'newId' | 'now'
> {
  readonly compliance: {
    /** Under which the addresses of call records are digested. */
    readonly callSecret: Buffer;
    /** Sign checkpoints and reports. */
    readonly ledgerKeys: LedgerKeys;
    /** Name and version of the product. */
    readonly software: string;
  };
}
