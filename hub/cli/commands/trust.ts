import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { formatTrustFile, trustFingerprint } from '../../../recorder-core/ledger/trust-file.ts';
import { readSigningKeys } from '../../../recorder-core/records/signing-keys.ts';
import { trustOf } from '../../anchoring/trust-of.ts';
import { openAnchorConfig } from '../../main/open-anchoring.ts';
import { addSettings } from '../settings-options.ts';
import { withLedgerKeys } from '../with-ledger-keys.ts';

/** Writes what others need to check the ledger without believing us. */
export const trust = addSettings(
  new Command('trust')
    .description(
      'Shows or writes the trust file: keys of the ledger, witnesses, time-stamp authorities; and its fingerprint.',
    )
    .option('--out <file>', 'Write the file here instead of showing it.'),
).action(async (options: Record<string, unknown>) => {
  await withLedgerKeys(options, async ({ db, config, keys }) => {
    const anchors = await openAnchorConfig(config);
    const known = await db.forTenant(config.tenantId, (tx) => readSigningKeys(tx, config.tenantId, keys));
    const file = trustOf(config.tenantId, known, anchors);
    const text = formatTrustFile(file);
    if (typeof options['out'] === 'string') await writeFile(options['out'], text);
    else process.stdout.write(text);
    // Beside the file and not in it: whoever pipes the file sees the fingerprint all the same.
    process.stderr.write(`fingerprint ${trustFingerprint(file)}\n`);
  });
});
