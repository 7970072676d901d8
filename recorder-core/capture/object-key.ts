import type { SpoolManifest } from './spool-manifest.ts';

/** The key under which a part will stand in the object store: region, tenant, recording, part; nothing that identifies people. */
export function objectKey(
  manifest: Pick<SpoolManifest, 'region' | 'tenantId' | 'recordingId'>,
  partId: string,
): string {
  return `${manifest.region}/${manifest.tenantId}/${manifest.recordingId}/${partId}`;
}
