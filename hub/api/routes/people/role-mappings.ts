import { z } from 'zod';
import { listRoleMappings } from '../../../../recorder-core/records/role-mappings.ts';
import { removeMapping, setMapping } from '../../../people/change-mapping.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { roleMapping, setMapping as body } from '../../schemas/person.ts';
import { id } from '../../schemas/primitives.ts';

const response = z.object({ items: z.array(roleMapping) });

/** Which place gives which role. */
export const roleMappings = [
  defineEndpoint({
    method: 'get',
    path: '/role-mappings',
    summary: 'Lists which department and job give which role; the most specific row that fits decides.',
    act: 'person.read',
    response,
    handle: async ({ tx }) => ({ items: await listRoleMappings(tx) }),
  }),
  defineEndpoint({
    method: 'post',
    path: '/role-mappings',
    summary: 'Sets the role of a place for hires and moves to come.',
    act: 'person.manage',
    body,
    response,
    async handle({ body: wish, tx, identity, services, now }) {
      await setMapping(tx, askingOf({ identity, services, now }), wish);
      return { items: await listRoleMappings(tx) };
    },
  }),
  defineEndpoint({
    method: 'delete',
    path: '/role-mappings/:id',
    summary: 'Removes a row; people who are there already keep their role until they move.',
    act: 'person.manage',
    params: z.object({ id }),
    response,
    async handle({ params, tx, identity, services, now }) {
      await removeMapping(tx, askingOf({ identity, services, now }), params.id);
      return { items: await listRoleMappings(tx) };
    },
  }),
];
