import type { Client } from '@elastic/elasticsearch';
import type { ConnectorContext } from '../kit/context.ts';
import { isRemoteFailure } from '../kit/remote-error.ts';
import type { ElasticsearchConfig } from './config.ts';
import { RECORDING_MAPPING, RECORDING_SETTINGS, recordingAlias, recordingIndex } from './recording-index.ts';

/** Makes the tenant's index with its alias in one request; does nothing when another worker was faster. */
export async function createRecordingIndex(
  client: Client,
  ctx: ConnectorContext<ElasticsearchConfig>,
): Promise<void> {
  try {
    await client.indices.create({
      index: recordingIndex(ctx),
      aliases: { [recordingAlias(ctx)]: { is_write_index: true } },
      mappings: RECORDING_MAPPING,
      settings: RECORDING_SETTINGS,
    });
    ctx.log('info', 'made the index of the tenant', { index: recordingIndex(ctx) });
  } catch (error) {
    const existed =
      isRemoteFailure(error) && error.remoteError.remote?.code === 'resource_already_exists_exception';
    if (!existed) throw error;
  }
}
