import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { openPart } from '../../../../recorder-core/records/open-part.ts';
import { readParties } from '../../../../recorder-core/records/parties.ts';
import { readParts } from '../../../../recorder-core/records/parts.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { waveform } from '../../schemas/recording.ts';
import { recordingParams, requireRecording } from './recording-params.ts';

/** The waveform part as the enrichment stored it. */
const storedWaveform = z.object({
  version: z.literal(1),
  labels: z.array(z.string().nullable()),
  peaks: z.object({
    frames: z.int(),
    channels: z.array(z.object({ min: z.array(z.int()), max: z.array(z.int()) })),
  }),
});

export const readWaveform = defineEndpoint({
  method: 'get',
  path: '/recordings/:id/waveform',
  summary: 'The waveform of each party over the whole recording.',
  act: 'recording.play',
  params: recordingParams,
  response: waveform,
  async handle({ params, tx, identity, services }) {
    const recording = await requireRecording(tx, params.id);
    const parties = await readParties(tx, [recording.id]);
    const part = (await readParts(tx, recording.id)).find(({ kind }) => kind === 'waveform');
    if (part === undefined)
      throw new HoldfastError(
        'not_found',
        'The waveform of this recording has not been drawn yet. Try again in a few seconds.',
      );
    const open = await openPart(services, identity.tenantId, part);
    try {
      const bytes = await open.reader.read(0, await open.reader.size());
      const { labels, peaks } = storedWaveform.parse(JSON.parse(bytes.toString('utf8')));
      const channels = peaks.channels.map(({ min, max }, channel) => {
        const label = labels[channel] ?? null;
        const party = parties.find((candidate) => candidate.label === label);
        return {
          label,
          partyId: party?.id ?? null,
          ordinal: party?.ordinal ?? 99,
          peaks: min.flatMap((low, i) => [low, max[i] ?? 0]),
        };
      });
      return {
        durationMs: recording.durationMs,
        buckets: peaks.channels[0]?.min.length ?? 0,
        channels: channels
          .sort((a, b) => a.ordinal - b.ordinal)
          .map(({ label, partyId, peaks: both }) => ({ label, partyId, peaks: both })),
      };
    } finally {
      await open.close();
    }
  },
});
