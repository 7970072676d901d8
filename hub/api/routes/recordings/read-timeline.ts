import { surveyChannel, type ChannelSurvey } from '../../../../recorder-core/media/survey-channel.ts';
import { channelsOf, type Channel } from '../../../../recorder-core/records/channels.ts';
import { listCuts } from '../../../../recorder-core/records/cuts.ts';
import { actedBy } from '../../../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { readParties } from '../../../../recorder-core/records/parties.ts';
import { readParts } from '../../../../recorder-core/records/parts.ts';
import { readAlertsOf } from '../../../../recorder-core/records/recorder-alerts.ts';
import type { Recording } from '../../../../recorder-core/records/recordings.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { timeline, timelineQuery } from '../../schemas/timeline.ts';
import { channelLogs } from './channel-logs.ts';
import { presentTimeline } from './present-timeline.ts';
import { recordingParams, requirePlayable } from './recording-params.ts';
import type { Reader } from './reporting-damage.ts';

/** Read from the packet logs at every request: what it says can be checked against them at any time. */
export const readTimeline = defineEndpoint({
  method: 'get',
  path: '/recordings/:id/timeline',
  summary:
    'When each party is heard and when not and why, keys pressed, pauses, alerts, and quality over time.',
  act: 'recording.play',
  params: recordingParams,
  accesses: ({ id }) => ({ type: 'recording', id }),
  query: timelineQuery,
  response: timeline,
  async handle({ params, query, tx, identity, services, now }) {
    const recording = await requirePlayable(tx, params.id, identity, query.purpose);
    const channels = channelsOf(await readParts(tx, recording.id), await readParties(tx, [recording.id]));
    const alerts = await readAlertsOf(tx, recording.id);
    const cuts = await listCuts(tx, recording.id);
    const reader = { services, identity, now };
    return async () => {
      const surveys: ChannelSurvey[] = [];
      for (const channel of channels) surveys.push(await survey(reader, recording, channel, query));
      const shown = presentTimeline({ recording, channels, surveys, alerts, cuts });
      const digits = shown.channels.some(({ keyPresses }) =>
        keyPresses.some(({ digit }) => digit !== undefined),
      );
      if (digits) await noteInspection(reader, recording);
      return shown;
    };
  },
});

function survey(
  reader: Reader,
  { startedAt, durationMs }: Recording,
  channel: Channel,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<ChannelSurvey> {
  return surveyChannel(channelLogs(reader, channel), {
    originMs: Date.parse(startedAt),
    durationMs,
    window: { fromMs: from, limit },
    speech: reader.services.speech,
  });
}

/** Keys in clear can be a card number: whoever has seen them is in the ledger, as who has listened is. */
async function noteInspection({ services, identity, now }: Reader, { id }: Recording): Promise<void> {
  const { tenantId, user } = identity;
  const leaf = {
    at: now,
    act: 'recording.inspected',
    object: { type: 'recording', id },
    outcome: 'allowed',
    facts: { keyPresses: 'shown' },
  } as const;
  await services.db.forTenant(tenantId, (tx) => appendLeaf(tx, tenantId, leaf, actedBy(user)));
}
