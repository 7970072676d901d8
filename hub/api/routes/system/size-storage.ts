import { CODEC_BYTES_PER_SECOND, sizeRecorders } from '../../../../recorder-core/capture/storage-sizing.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { sizingAnswer, sizingQuery } from '../../schemas/storage.ts';

const PTIME_MS = 20;

/** The same calculation as `holdfast size`. */
export const sizeStorage = defineEndpoint({
  method: 'get',
  path: '/storage/sizing',
  summary: 'Calculates storage, ports, network and recorders for a given traffic, as `holdfast size` does.',
  act: 'system.read',
  query: sizingQuery,
  response: sizingAnswer,
  handle: ({ query: { codec, ...rest } }) =>
    Promise.resolve(
      sizeRecorders({
        ...rest,
        payloadBytesPerSecond: CODEC_BYTES_PER_SECOND[codec],
        ptimeMs: PTIME_MS,
        activeShare: 1,
        srtp: false,
      }),
    ),
});
