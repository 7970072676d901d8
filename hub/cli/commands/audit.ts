import { Command } from 'commander';
import type { LedgerKeys } from '../../../recorder-core/records/signing-keys.ts';
import { openResources } from '../../main/open-resources.ts';
import {
  verifyLedger,
  verifyRecordings,
  type Verification,
} from '../../../recorder-core/records/verify-tenant.ts';
import { readLocalConfig } from '../read-command-config.ts';
import { parseId } from '../parse-argument.ts';
import { addSettings } from '../settings-options.ts';

/** Audits ledger and recordings of the installation itself; exits 1 when anything is not as it must be. */
export const audit = addSettings(
  new Command('audit')
    .description(
      'Audits the ledger and every recording of this installation, or the one named: digests, keys, proofs.',
    )
    .argument('[recording]', 'Id of one recording.', parseId),
).action(async (only: string | undefined, options: Record<string, unknown>) => {
  const config = await readLocalConfig(options);
  const resources = await openResources('verify', { ...config, logLevel: 'error' });
  try {
    const secrets = await resources.secrets();
    const ledgerKeys: LedgerKeys = (name) => secrets.signingKey(name);
    const now = new Date();
    let failed = print(await verifyLedger(resources, config.tenantId, ledgerKeys, now));
    for await (const finding of verifyRecordings(resources, config.tenantId, ledgerKeys, now, only)) {
      failed += print(finding);
    }
    if (failed > 0) process.exitCode = 1;
  } finally {
    await resources.close();
  }
});

function print({ ok, about, statement }: Verification): number {
  process.stdout.write(`${ok ? '✓' : '✗'} ${about}: ${statement}\n`);
  return ok ? 0 : 1;
}
