import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { openPart, type PartAccess } from '../../../../recorder-core/records/open-part.ts';
import { readParties, type Party } from '../../../../recorder-core/records/parties.ts';
import { readParts, type Part } from '../../../../recorder-core/records/parts.ts';
import type { Recording } from '../../../../recorder-core/records/recordings.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { waveform, type Waveform } from '../../schemas/recording.ts';
import { recordingParams, requireUsable, useQuery } from './recording-params.ts';
import { reportingDamage } from './reporting-damage.ts';

/** The waveform part as the enrichment stored it. */
const storedWaveform = z.object({
  version: z.literal(1),
  labels: z.array(z.string().nullable()),
  peaks: z.object({
    frames: z.int(),
    channels: z.array(z.object({ min: z.array(z.int()), max: z.array(z.int()) })),
  }),
});
type StoredWaveform = z.infer<typeof storedWaveform>;

export const readWaveform = defineEndpoint({
  method: 'get',
  path: '/recordings/:id/waveform',
  summary: 'The waveform of each party over the whole recording.',
  act: 'recording.play',
  params: recordingParams,
  accesses: ({ id }) => ({ type: 'recording', id }),
  query: useQuery,
  response: waveform,
  async handle({ params, query, tx, identity, services, now }) {
    const recording = await requireUsable(tx, params.id, identity, query.purpose);
    const parties = await readParties(tx, [recording.id]);
    const part = (await readParts(tx, recording.id)).find(
      ({ kind, destroyedAt }) => kind === 'waveform' && destroyedAt === null,
    );
    if (part === undefined)
      throw new HoldfastError(
        'not_found',
        'The waveform of this recording has not been drawn yet. Try again in a few seconds.',
      );
    return async () => {
      const stored = await reportingDamage({ services, identity, now }, part, () =>
        readStored(services, identity.tenantId, part),
      );
      return presentWaveform(recording, parties, stored);
    };
  },
});

async function readStored(access: PartAccess, tenantId: string, part: Part): Promise<StoredWaveform> {
  const open = await openPart(access, tenantId, part);
  try {
    const bytes = await open.reader.read(0, await open.reader.size());
    return storedWaveform.parse(JSON.parse(bytes.toString('utf8')));
  } finally {
    await open.close();
  }
}

function presentWaveform(
  { durationMs }: Recording,
  parties: readonly Party[],
  { labels, peaks }: StoredWaveform,
): Waveform {
  const channels = peaks.channels.map(({ min, max }, channel) => {
    const label = labels[channel] ?? null;
    const party = parties.find((candidate) => candidate.label === label);
    const both = min.flatMap((low, i) => [low, max[i] ?? 0]);
    return {
      ordinal: party?.ordinal ?? Number.MAX_SAFE_INTEGER,
      shown: { label, partyId: party?.id ?? null, peaks: both },
    };
  });
  return {
    durationMs,
    buckets: peaks.channels[0]?.min.length ?? 0,
    channels: channels.sort((a, b) => a.ordinal - b.ordinal).map(({ shown }) => shown),
  };
}
