import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { makeExport } from '../../activities/exports/make-export.ts';
import { exportLink, exportSummary, type ExportLink } from '../../hub/api/schemas/export.ts';
import { testEvidence } from './test-evidence.ts';
import type { TestHub, TestPerson } from './test-hub.ts';

/** An export that is ready, with the way to it. */
export interface MadeExport {
  readonly id: string;
  /** Path of the link on the hub. */
  readonly path: string;
  readonly link: ExportLink;
  /** age identity that opens the bundle. */
  readonly identity: string;
}

/** Asks for an export through the API, makes it by the worker's own function and makes a link to it. */
export async function makeReadyExport(
  hub: TestHub,
  officer: TestPerson,
  recordingIds: readonly string[],
): Promise<MadeExport> {
  const identity = await generateX25519Identity();
  const body = {
    recordingIds,
    purpose: 'Answer to the regulator',
    recipient: 'Erika <Expert>',
    recipientKey: await identityToRecipient(identity),
  };
  const { id } = await officer.read(exportSummary, '/api/v1/exports', { method: 'POST', body });
  await runMaking(hub, id);
  const link = await officer.read(exportLink, `/api/v1/exports/${id}/link`, { method: 'POST', body: {} });
  return { id, path: new URL(link.url).pathname, link, identity };
}

/** Does what the worker does once the outbox has told it. */
export async function runMaking(hub: TestHub, exportId: string): Promise<void> {
  const { database, services } = hub;
  const deps = { ...services, evidence: testEvidence(database.db) };
  await makeExport(deps)({ tenantId: database.tenantId, exportId });
}
