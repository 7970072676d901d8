import type { z } from 'zod';
import { plainLevels } from '../../../../recorder-core/policy/incident-levels.ts';
import { SEVERITIES } from '../../../../recorder-core/policy/incident-state.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { nameLevelTargets, readIncidentLevels } from '../../../../recorder-core/records/incident-levels.ts';
import { setIncidentLevels } from '../../../incidents/set-levels.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { setLevelsBody, standingLevels } from '../../schemas/incident-levels.ts';

/** Who is called about incidents, and after how long. */
export const incidentLevels: readonly Endpoint[] = [
  defineEndpoint({
    method: 'get',
    path: '/incident-levels',
    summary: 'Who is called about an incident that nobody takes on: level by level, for each severity.',
    act: 'incident.read',
    response: standingLevels,
    handle: ({ tx }) => presentLevels(tx),
  }),
  defineEndpoint({
    method: 'post',
    path: '/incident-levels',
    summary:
      'Puts other levels in the place of one version: who is called about incidents, also those that nobody has taken on yet.',
    act: 'incident.manage',
    body: setLevelsBody,
    response: standingLevels,
    async handle({ body, tx, ...calling }) {
      await setIncidentLevels(tx, askingOf(calling), body);
      return presentLevels(tx);
    },
  }),
];

async function presentLevels(tx: Tx): Promise<z.input<typeof standingLevels>> {
  const { levels, own, version } = await readIncidentLevels(tx);
  const all = SEVERITIES.flatMap((severity) => levels[severity]);
  const names = await nameLevelTargets(tx, {
    people: all.flatMap(({ people }) => people),
    connections: all.flatMap(({ connections }) => connections),
  });
  return {
    version,
    levels: plainLevels(levels) as z.input<typeof standingLevels>['levels'],
    own,
    names: Object.fromEntries(names),
  };
}
