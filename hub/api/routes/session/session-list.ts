import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { readPerson } from '../../../../recorder-core/records/people.ts';
import { listSessions, type SessionSummary } from '../../../../recorder-core/records/sessions.ts';
import { endOneSession, endSessionsFor } from '../../../identity/end-sessions.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { id } from '../../schemas/primitives.ts';
import {
  endedSessions,
  endSessionBody,
  openSessionList,
  type OpenSession,
} from '../../schemas/session-list.ts';

/** Open sessions: one's own, and for administrators everybody's. */
export const sessionLists: readonly Endpoint[] = [
  defineEndpoint({
    method: 'get',
    path: '/sessions',
    summary: "Lists the asker's own open sessions.",
    act: undefined,
    response: openSessionList,
    handle: async ({ tx, identity, now }) => ({
      items: present(await listSessions(tx, now.toISOString(), identity.user.id), identity.sessionId),
    }),
  }),
  defineEndpoint({
    method: 'delete',
    path: '/sessions/:id',
    summary: "Ends one of the asker's own sessions.",
    act: undefined,
    params: z.object({ id }),
    response: endedSessions,
    async handle({ params, tx, ...calling }) {
      await endOneSession(tx, askingOf(calling), { id: params.id, userId: calling.identity.user.id });
      return { ended: 1 };
    },
  }),
  defineEndpoint({
    method: 'delete',
    path: '/sessions',
    summary: "Ends all of the asker's own sessions but the one that asks.",
    act: undefined,
    response: endedSessions,
    handle: async ({ tx, ...calling }) => ({
      ended: await endSessionsFor(tx, askingOf(calling), {
        userId: calling.identity.user.id,
        except: calling.identity.sessionId,
      }),
    }),
  }),
  defineEndpoint({
    method: 'get',
    path: '/sessions/all',
    summary: 'Lists the open sessions of everybody, the newest first; at most 1,000.',
    act: 'session.manage',
    response: openSessionList,
    handle: async ({ tx, identity, now }) => ({
      items: present(await listSessions(tx, now.toISOString()), identity.sessionId),
    }),
  }),
  defineEndpoint({
    method: 'post',
    path: '/sessions/:id/end',
    summary: 'Ends a session of anybody.',
    act: 'session.manage',
    params: z.object({ id }),
    body: endSessionBody,
    response: endedSessions,
    async handle({ params, body, tx, ...calling }) {
      await endOneSession(tx, { ...askingOf(calling), reason: body.reason }, { id: params.id });
      return { ended: 1 };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/people/:id/sessions/end',
    summary: 'Ends all sessions of a person, who may sign in again.',
    act: 'session.manage',
    params: z.object({ id }),
    body: endSessionBody,
    response: endedSessions,
    async handle({ params, body, tx, ...calling }) {
      if ((await readPerson(tx, params.id)) === undefined)
        throw new HoldfastError('not_found', 'There is nobody of this id.');
      const ending = { ...askingOf(calling), reason: body.reason };
      return { ended: await endSessionsFor(tx, ending, { userId: params.id }) };
    },
  }),
];

function present(sessions: readonly SessionSummary[], current: string): OpenSession[] {
  return sessions.map(({ userAgent, startedAt, lastSeenAt, steppedUpAt, expiresAt, ...session }) => ({
    ...session,
    program: userAgent,
    startedAt: startedAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    steppedUpAt: steppedUpAt?.toISOString() ?? null,
    expiresAt: expiresAt.toISOString(),
    current: session.id === current,
  }));
}
