import { defineWorkflowOptions, proxyActivities } from '@temporalio/workflow';
import type { ConnectorActivities, StreamProgress } from '../../activities/connector-contract.ts';
import { READ_STREAM } from '../activity-options.ts';
import type { StreamReadInput } from './messages.ts';

const { readStream } = proxyActivities<ConnectorActivities>(READ_STREAM);

/** Reads one stream of one connection on to its end, once. What could not be read is noted, and read when it is due again. */
export async function streamRead(input: StreamReadInput): Promise<StreamProgress> {
  return readStream(input);
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(streamRead, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
