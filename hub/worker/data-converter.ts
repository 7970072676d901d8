import { join } from 'node:path';
import type { DataConverter } from '@temporalio/common';
import { openPayloadCodec, type PayloadCodecOptions, type PayloadKeys } from './payload-codec.ts';

/** File of the failure converter; the workflow bundle must hold the same one as workers and clients. */
export const FAILURE_CONVERTER_PATH = join(import.meta.dirname, 'failure-converter.cjs');

/** What every client and worker of ours converts with: JSON, encrypted; failures encoded and encrypted. */
export function openDataConverter(keys: PayloadKeys, options?: PayloadCodecOptions): DataConverter {
  return {
    payloadCodecs: [openPayloadCodec(keys, options)],
    failureConverterPath: FAILURE_CONVERTER_PATH,
  };
}
