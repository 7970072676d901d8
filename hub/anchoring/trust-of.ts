import { parseTrustFile, type TrustFile } from '../../recorder-core/ledger/trust-file.ts';
import { logOrigin } from '../../recorder-core/records/log-origin.ts';
import type { SigningKey } from '../../recorder-core/records/signing-keys.ts';
import type { AnchorConfig } from './anchor-config.ts';

/** The trust file of a tenant's log: every key it ever had, and the outsiders that are configured now. */
export function trustOf(tenantId: string, keys: readonly SigningKey[], config: AnchorConfig): TrustFile {
  const trust: TrustFile = {
    format: 'holdfast-trust/1',
    logs: [
      {
        origin: logOrigin(tenantId),
        keys: keys.map(({ verifierKey, from, until }) => ({
          key: verifierKey,
          from: from.toISOString(),
          until: until?.toISOString() ?? null,
        })),
      },
    ],
    witnesses: { quorum: config.quorum, keys: config.witnesses.map(({ key }) => key.text) },
    timestamps: { required: config.timeStampUrls.length > 0, authorities: config.authorities },
  };
  return parseTrustFile(JSON.stringify(trust));
}
