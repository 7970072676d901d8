import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import type { RecordingRef } from '../activities/contract.ts';

/**
 * Search attributes are stored unencrypted and each change is a write over
 * dozens of indexes: ids only, set once when a workflow starts.
 */
export const TENANT_ID = defineSearchAttributeKey('TenantId', 'KEYWORD');
/** The recording that a lifecycle or a disposal is about. */
export const RECORDING_ID = defineSearchAttributeKey('RecordingId', 'KEYWORD');

/** What a workflow about one recording is found by. */
export function recordingAttributes({ tenantId, recordingId }: RecordingRef): SearchAttributePair[] {
  return [
    { key: TENANT_ID, value: tenantId },
    { key: RECORDING_ID, value: recordingId },
  ];
}
