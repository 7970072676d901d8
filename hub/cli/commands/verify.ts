import { Command } from 'commander';
import { openResources } from '../../main/open-resources.ts';
import { verifyLedger, verifyRecordings, type Finding } from '../../main/verify-tenant.ts';
import { readLocalConfig } from '../read-command-config.ts';
import { addSettings } from '../settings-options.ts';

/** Verifies ledger and recordings; exits 1 when anything is not as it must be. */
export const verify = addSettings(
  new Command('verify')
    .description('Verifies the ledger and every recording, or the one named: digests, keys, proofs.')
    .argument('[recording]', 'Id of one recording.'),
).action(async (only: string | undefined, options: Record<string, unknown>) => {
  const config = await readLocalConfig(options);
  const resources = await openResources('verify', { ...config, logLevel: 'error' });
  try {
    const key = await resources.keys.signingKey('ledger-1');
    const now = new Date();
    let failed = print(await verifyLedger(resources, config.tenantId, key, now));
    for await (const finding of verifyRecordings(resources, config.tenantId, key, now, only)) {
      failed += print(finding);
    }
    if (failed > 0) process.exitCode = 1;
  } finally {
    await resources.close();
  }
});

function print({ ok, about, statement }: Finding): number {
  process.stdout.write(`${ok ? '✓' : '✗'} ${about}: ${statement}\n`);
  return ok ? 0 : 1;
}
