import type { Client } from '@temporalio/client';
import type { Database } from '../../recorder-core/records/database.ts';
import { readRecording } from '../../recorder-core/records/recordings.ts';
import { resumeTrace } from '../observability/tracing.ts';
import type { StartWork } from './outbox-dispatcher.ts';
import { startRecordingLifecycle } from './start-recording-lifecycle.ts';
import { startRedelivery } from './start-redelivery.ts';

/** Turns each topic of the outbox into the workflow that does its work, inside the trace of the act that wrote it. */
export function startOutboxWork(client: Client, db: Database): StartWork {
  return ({ tenantId, id, topic, payload: { recordingId }, trace }) =>
    resumeTrace(trace, async () => {
      if (topic === 'recording.changed') {
        await startRedelivery(client, { tenantId, recordingId }, id);
        return;
      }
      const recording = await db.forTenant(tenantId, (tx) => readRecording(tx, recordingId));
      if (recording === undefined) return; // the row and its message are one transaction, so there is nothing to do
      await startRecordingLifecycle(client, { tenantId, recordingId, spoolNode: recording.spoolNode });
    });
}
