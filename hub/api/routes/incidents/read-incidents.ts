import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { readIncidentClocks } from '../../../../recorder-core/records/incident-clocks.ts';
import { listIncidents as query, readIncident as find } from '../../../../recorder-core/records/incidents.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import type { Caller } from '../../../access/caller.ts';
import { seenRecordings } from '../../seen-recordings.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { incidentDetail, incidentSummary } from '../../schemas/incident.ts';
import { id } from '../../schemas/primitives.ts';
import { describeIncident, presentIncident } from './present-incident.ts';

export const listIncidents = defineEndpoint({
  method: 'get',
  path: '/incidents',
  summary: 'Lists incidents, those that are not closed first, then the newest; at most 200.',
  act: 'incident.read',
  query: z.strictObject({
    open: z
      .enum(['true', 'false'])
      .transform((value) => value === 'true')
      .optional(),
    kind: z.string().max(64).optional(),
    recordingId: id.optional(),
  }),
  response: z.object({ items: z.array(incidentSummary) }),
  async handle({ query: filter, tx, identity, now }) {
    const { recordingId } = filter;
    if (recordingId !== undefined && !(await isSeen(tx, identity, now, recordingId))) return { items: [] };
    const found = await query(tx, filter, 200);
    const clocks = await readIncidentClocks(
      tx,
      found.map((incident) => incident.id),
    );
    return {
      items: found.map((incident) =>
        presentIncident(
          incident,
          clocks.filter(({ incidentId }) => incidentId === incident.id),
          now,
        ),
      ),
    };
  },
});

/** Whether somebody may be told what a recording has to do with; of one that they may not see, nothing is. */
async function isSeen(tx: Tx, caller: Caller, now: Date, recordingId: string): Promise<boolean> {
  return (await seenRecordings(tx, caller, now, [recordingId]))([recordingId]).withheld === 0;
}

export const readIncident = defineEndpoint({
  method: 'get',
  path: '/incidents/:id',
  summary: 'One incident: clocks, evidence, tickets, what is missing before it is closed, time line.',
  act: 'incident.read',
  params: z.object({ id }),
  response: incidentDetail,
  accesses: ({ id: incident }) => ({ type: 'incident', id: incident }),
  async handle({ params, tx, identity, now }) {
    const found = await find(tx, params.id);
    if (found === undefined)
      throw new HoldfastError('not_found', 'There is no incident with this id in your tenant.');
    return describeIncident(tx, identity, found, now);
  },
});
