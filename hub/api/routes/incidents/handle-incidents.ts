import { z } from 'zod';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { readIncident } from '../../../../recorder-core/records/incidents.ts';
import { answerClock } from '../../../incidents/answer-clock.ts';
import type { IncidentAsking } from '../../../incidents/acting.ts';
import { classifyIncident } from '../../../incidents/classify-incident.ts';
import { closeIncident } from '../../../incidents/close-incident.ts';
import {
  acknowledgeIncident,
  assignIncident,
  containIncident,
  noteOnIncident,
  reopenIncident,
  resolveIncident,
  writePostMortem,
} from '../../../incidents/handle-incident.ts';
import { reportIncident as report } from '../../../incidents/report-incident.ts';
import type { Caller } from '../../../access/caller.ts';
import { defineEndpoint, type Endpoint, type EndpointCall } from '../../endpoint.ts';
import {
  answerBody,
  assignBody,
  classifyBody,
  evidenceBody,
  incidentDetail,
  noteBody,
  postMortemBody,
  reportBody,
} from '../../schemas/incident.ts';
import { id } from '../../schemas/primitives.ts';
import { describeIncident } from './present-incident.ts';

type Calling = Pick<EndpointCall<undefined, undefined, undefined>, 'identity' | 'services' | 'now'>;

function askingOf({ identity, services, now }: Calling): IncidentAsking {
  const { newId, packs } = services;
  return { tenantId: identity.tenantId, by: identity.user, now, newId, packs };
}

/** An act on one incident; it answers the incident as it stands then. */
function onIncident<B extends z.ZodType>(
  verb: string,
  summary: string,
  body: B,
  act: (tx: Tx, asking: IncidentAsking, incident: string, body: z.output<B>) => Promise<unknown>,
): Endpoint {
  return defineEndpoint({
    method: 'post',
    path: `/incidents/:id/${verb}`,
    summary,
    act: 'incident.manage',
    params: z.object({ id }),
    body,
    response: incidentDetail,
    accesses: ({ id: incident }) => ({ type: 'incident', id: incident }),
    async handle({ params, body: given, tx, ...calling }) {
      await act(tx, askingOf(calling), params.id, given as z.output<B>);
      return detailOf(tx, calling.identity, params.id, calling.now);
    },
  });
}

async function detailOf(tx: Tx, caller: Caller, incidentId: string, now: Date) {
  const found = await readIncident(tx, incidentId);
  if (found === undefined) throw new Error('The incident vanished inside its own transaction.');
  return describeIncident(tx, caller, found, now);
}

export const reportIncident = defineEndpoint({
  method: 'post',
  path: '/incidents',
  summary: 'Reports an incident; its evidence is frozen at once.',
  act: 'incident.manage',
  body: reportBody,
  response: incidentDetail,
  status: 201,
  async handle({ body, tx, ...calling }) {
    const { detectedAt, evidenceFrom, ...rest } = body;
    const { id: opened } = await report(tx, askingOf(calling), {
      ...rest,
      detectedAt: dateOf(detectedAt),
      evidenceFrom: dateOf(evidenceFrom),
    });
    return detailOf(tx, calling.identity, opened, calling.now);
  },
});

const nothing = z.strictObject({});

/** What people do with an incident. */
export const handleIncidents: readonly Endpoint[] = [
  onIncident('acknowledge', 'Takes it on: nobody else is called any more.', nothing, acknowledgeIncident),
  onIncident('assign', 'Gives it to a person, by name or id.', assignBody, (tx, asking, one, { to }) =>
    assignIncident(tx, asking, one, to),
  ),
  onIncident(
    'note',
    'Adds a note to the time line, and recordings to the evidence.',
    evidenceBody,
    noteOnIncident,
  ),
  onIncident(
    'classify',
    'Says which facts of the law hold and since when; the clocks start, move and end by it.',
    classifyBody,
    (tx, asking, one, body) =>
      classifyIncident(tx, asking, one, {
        ...body,
        events: Object.fromEntries(
          Object.entries(body.events ?? {}).map(([event, at]) => [event, new Date(String(at))]),
        ),
      }),
  ),
  onIncident(
    'answer',
    'Notes that a duty was done, when, and what proves it.',
    answerBody,
    (tx, asking, one, body) => answerClock(tx, asking, one, { ...body, at: dateOf(body.at) }),
  ),
  onIncident('contain', 'The harm goes no further.', noteBody, (tx, asking, one, { note }) =>
    containIncident(tx, asking, one, note),
  ),
  onIncident('resolve', 'The cause is gone.', noteBody, (tx, asking, one, { note }) =>
    resolveIncident(tx, asking, one, note),
  ),
  onIncident('post-mortem', 'What was learned.', postMortemBody, writePostMortem),
  onIncident(
    'close',
    'Closes it where nothing is missing; asks a second person where a clock was not kept.',
    nothing,
    closeIncident,
  ),
  onIncident('reopen', 'Takes it up again.', noteBody, (tx, asking, one, { note }) =>
    reopenIncident(tx, asking, one, note),
  ),
];

function dateOf(instant: string | undefined): Date | undefined {
  return instant === undefined ? undefined : new Date(instant);
}
