import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { mailAddressOf } from '../../../../recorder-core/records/mail.ts';
import { listOwnedBy } from '../../../../recorder-core/records/owned-things.ts';
import { listPeople, readPerson } from '../../../../recorder-core/records/people.ts';
import { listRoleChanges, readRoleChange } from '../../../../recorder-core/records/role-changes.ts';
import { askRoleChange, previewRoleChange } from '../../../people/ask-role-change.ts';
import { withdrawRoleChange } from '../../../people/withdraw-role-change.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import {
  changePerson,
  personDetail,
  personSummary,
  roleChange,
  roleChangePreview,
  withdrawChange,
} from '../../schemas/person.ts';
import { id } from '../../schemas/primitives.ts';
import { presentChange, presentPerson, wishOf } from './present-person.ts';

/** People: who they are, what was changed, and changing it. */
export const people = [
  defineEndpoint({
    method: 'get',
    path: '/people',
    summary: 'Lists everybody by name, those who have left last; at most 2,000.',
    act: 'person.read',
    response: z.object({ items: z.array(personSummary) }),
    handle: async ({ tx }) => ({ items: (await listPeople(tx)).map(presentPerson) }),
  }),
  defineEndpoint({
    method: 'get',
    path: '/people/:id',
    summary: 'One person: place, role, what they look after, and every change.',
    act: 'person.read',
    params: z.object({ id }),
    accesses: ({ id: personId }) => ({ type: 'user', id: personId }),
    response: personDetail,
    handle: ({ params, tx }) => readDetail(tx, params.id),
  }),
  defineEndpoint({
    method: 'post',
    path: '/people/changes/preview',
    summary: 'Says what a hire, a move or a leave would come to, and what it would end; changes nothing.',
    act: 'person.manage',
    body: changePerson,
    response: roleChangePreview,
    async handle({ body, tx, now }) {
      const { successor, owns, ...rest } = await previewRoleChange(tx, { now }, wishOf(body, now));
      return { ...rest, owns: [...owns], successor: successor?.name ?? null };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/people/changes',
    summary: 'Hires, moves, suspends, takes back or lets go of a person, at once or on a date.',
    act: 'person.manage',
    body: changePerson,
    response: roleChange,
    status: 201,
    async handle({ body, tx, identity: { tenantId, user }, services: { newId }, now }) {
      return presentChange(await askRoleChange(tx, { tenantId, now, newId, by: user }, wishOf(body, now)));
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/people/changes/:id/withdraw',
    summary: 'Takes back a change whose date is to come.',
    act: 'person.manage',
    params: z.object({ id }),
    body: withdrawChange,
    response: roleChange,
    async handle({ params, body, tx, identity, services, now }) {
      await withdrawRoleChange(tx, askingOf({ identity, services, now }), params.id, body.reason);
      const withdrawn = await readRoleChange(tx, params.id);
      if (withdrawn === undefined) throw new Error('The change vanished inside its own transaction.');
      return presentChange(withdrawn);
    },
  }),
];

async function readDetail(tx: Tx, personId: string): Promise<z.input<typeof personDetail>> {
  const person = await readPerson(tx, personId);
  if (person === undefined)
    throw new HoldfastError('not_found', 'There is nobody of this id in your tenant.');
  const owns = await listOwnedBy(tx, personId);
  const changes = await listRoleChanges(tx, personId);
  const email = (await mailAddressOf(tx, personId)) ?? null;
  return { ...presentPerson(person), email, owns, changes: changes.map(presentChange) };
}
