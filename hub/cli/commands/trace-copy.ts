import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { readWav } from '../../../recorder-core/evidence/read-wav.ts';
import { markKeyOf } from '../../main/open-evidence.ts';
import { openResources } from '../../main/open-resources.ts';
import { traceCopy as trace } from '../../main/trace-copy.ts';
import { readLocalConfig } from '../read-command-config.ts';
import { addSettings } from '../settings-options.ts';

/** For whom a sound that has surfaced was exported. */
export const traceCopy = addSettings(
  new Command('trace-copy')
    .description('Finds out for which recipient a sound was exported, by the mark in it.')
    .argument('<file>', 'WAV of 16-bit PCM, of some seconds or more; convert other formats first.'),
).action(async (file: string, options: Record<string, unknown>) => {
  const sound = readWav(await readFile(file));
  const config = await readLocalConfig(options);
  const resources = await openResources('trace-copy', { ...config, logLevel: 'error' });
  try {
    const found = await trace(resources.db, config.tenantId, markKeyOf(await resources.secrets()), sound);
    process.stdout.write(
      found === undefined
        ? 'No mark of an export of this tenant was found. That proves nothing: a mark can be lost or removed.\n'
        : `✓ export ${found.exportId} for ${found.recipient}, asked for ${found.requestedAt} (${found.score.toFixed(1)} standard deviations)\n`,
    );
  } finally {
    await resources.close();
  }
});
