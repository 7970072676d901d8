import type { ComplianceDependencies } from '../../activities/compliance/compliance-dependencies.ts';
import type { ExportDependencies } from '../../activities/exports/export-dependencies.ts';
import { checkpointNow } from '../../recorder-core/records/checkpoints.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { testLedgerKeys } from './ledger-key.ts';

/** What comparisons and reports of a test work with. */
export const TEST_COMPLIANCE: ComplianceDependencies['compliance'] = {
  callSecret: Buffer.alloc(32, 5),
  ledgerKeys: testLedgerKeys,
  software: 'holdfast test',
};

/** What bundles of a test are sealed and marked with: the tests' ledger key, no time stamps. */
export function testEvidence(db: Database): ExportDependencies['evidence'] {
  return {
    software: 'holdfast test',
    markKey: Buffer.alloc(32, 7),
    checkpoint: (tenantId) =>
      db.forTenant(tenantId, async (tx) => ({
        ...(await checkpointNow(tx, tenantId, testLedgerKeys, new Date())),
        timestamp: null,
      })),
  };
}
