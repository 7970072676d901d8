import type { ExportDependencies } from '../../activities/exports/export-dependencies.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { parseCheckpointText } from '../../recorder-core/ledger/checkpoint.ts';
import { addSignatureLines, parseNote } from '../../recorder-core/ledger/signed-note.ts';
import type { InstallationSecrets } from '../../recorder-core/vault/installation-secrets.ts';
import type { Anchoring } from '../anchoring/anchoring.ts';
import type { Config } from '../config/settings.ts';
import { VERSION } from './version.ts';

const MARK_KEY_BYTES = 32;
const AGAIN_MS = 30_000;

/**
 * What bundles are sealed and marked with: checkpoints of the tenant's log with all that was asked of outsiders, and the
 * key of the marks in sound. Where a witness or an authority that the configuration demands is away, there is no
 * checkpoint, so that no bundle leaves that proves less than was promised; the making is tried again.
 */
export function openEvidence(
  anchoring: Anchoring,
  secrets: InstallationSecrets,
  { timeStampUrls = [] }: Pick<Config, 'timeStampUrls'>,
): ExportDependencies['evidence'] {
  return {
    software: `holdfast ${VERSION}`,
    markKey: markKeyOf(secrets),
    async checkpoint(tenantId) {
      const anchored = await anchoring.anchorNow(tenantId);
      if (anchored === undefined || anchored.publishedAt === null)
        throw away('Too few witnesses have cosigned the ledger');
      const [stamp] = anchored.timeStamps;
      if (timeStampUrls.length > 0 && stamp === undefined)
        throw away('No authority has time-stamped the ledger');
      const { root } = parseCheckpointText(parseNote(anchored.note).text);
      const note = addSignatureLines(anchored.note, anchored.cosignatures);
      return { size: anchored.size, root, note, timestamp: stamp?.response ?? null };
    },
  };
}

/** The key of the marks in sound, the same for the life of the installation. */
export function markKeyOf(secrets: InstallationSecrets): Buffer {
  return secrets.secret('export-mark-1', MARK_KEY_BYTES);
}

function away(what: string): HoldfastError {
  return new HoldfastError(
    'unavailable',
    `${what}, so the bundle would prove less than it must and was not made. It is tried again; see \`holdfast ledger status\`.`,
    { retryAfterMs: AGAIN_MS },
  );
}
