import { z } from 'zod';
import { readHrMapping } from '../../../../recorder-core/records/hr-mappings.ts';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { setHrMapping as set } from '../../../webhooks/hr/set-hr-mapping.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { id } from '../../schemas/primitives.ts';

const mapping = z.record(z.string(), z.unknown());

const showHrMapping = defineEndpoint({
  method: 'get',
  path: '/connections/:id/hr-mapping',
  summary: 'How the messages of an HR system are read.',
  act: 'connection.read',
  params: z.object({ id }),
  response: z.object({ mapping, setAt: z.iso.datetime() }),
  async handle({ params, tx }) {
    const row = await readHrMapping(tx, params.id);
    if (row === undefined)
      throw new HoldfastError('not_found', 'This connection has no mapping of HR events.');
    return { mapping: mapping.parse(row.mapping), setAt: row.setAt.toISOString() };
  },
});

const setHrMapping = defineEndpoint({
  method: 'post',
  path: '/connections/:id/hr-mapping',
  summary:
    'Has the messages of an HR system read by a mapping from now on; docs/hr-events.md says what it is.',
  act: 'connection.manage',
  params: z.object({ id }),
  body: z.strictObject({
    mapping,
    secret: z.string().min(1).max(200).optional().describe('The secret that the HR system made.'),
  }),
  response: z.object({ id }),
  secret: true,
  async handle({ params, body, tx, ...calling }) {
    const wish = { connectionId: params.id, ...body };
    await set(tx, askingOf(calling), calling.services.keys, wish);
    return { id: params.id };
  },
});

/** Mappings of HR systems' messages. */
export const hrMappings: readonly Endpoint[] = [showHrMapping, setHrMapping];
