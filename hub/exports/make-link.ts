import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { isExportOver } from '../../recorder-core/policy/export-state.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { replaceLink } from '../../recorder-core/records/export-links.ts';
import { makeToken } from '../identity/bearer-token.ts';
import type { ExportAsking, ExportSettings } from './asking.ts';
import { noteExport, requireExport } from './note-export.ts';
import { requireExportable } from './require-exportable.ts';
import { hashPasscode, makePasscode } from './passcode.ts';

/** What is shown once and stored nowhere: the link, and the passcode that goes to the recipient by another way. */
export interface MadeLink {
  readonly url: string;
  readonly passcode: string;
  readonly expiresAt: string;
}

/**
 * Makes a link to an export and takes the one before it out of use. It may be made before the bundle is ready, and
 * hands it over from then on. @throws HoldfastError `not_found`; `conflict` where the export is over or not approved.
 */
export async function makeLink(
  tx: Tx,
  asking: ExportAsking,
  { publicUrl }: Pick<ExportSettings, 'publicUrl'>,
  exportId: string,
): Promise<MadeLink> {
  const found = await requireExport(tx, exportId);
  if (isExportOver(found.state) || found.state === 'requested') {
    throw new HoldfastError(
      'conflict',
      found.state === 'requested'
        ? 'This export still waits for a second person, so there is nothing to hand over yet.'
        : `This export is ${found.state}, so there is nothing to hand over. Ask for a new one.`,
    );
  }
  await requireExportable(tx, asking, found.recordingIds, { purpose: found.restrictedPurpose });
  const { text, digest } = makeToken(asking.tenantId, randomBytes);
  const passcode = makePasscode(randomBytes);
  const id = asking.newId(asking.now);
  await replaceLink(tx, asking.tenantId, {
    id,
    exportId,
    tokenDigest: digest,
    passcodeHash: await hashPasscode(passcode, randomBytes),
    createdBy: asking.person.id,
    createdAt: asking.now.toISOString(),
    expiresAt: found.expiresAt,
  });
  const facts = { link: id, expiresAt: found.expiresAt };
  await noteExport(tx, asking, exportId, { act: 'export.linked', outcome: 'done', facts });
  return { url: `${publicUrl}/d/${text}`, passcode, expiresAt: found.expiresAt };
}
