import type { RequestHandler, Response } from 'express';
import { actsOf } from '../../../access/acts-of.ts';
import type { Caller } from '../../../access/caller.ts';
import { CHANGE_TOPICS, isChangeTopic, type ChangeTopic } from '../../../changes/change-topics.ts';
import { requireAct, requireIdentity } from '../../require-identity.ts';
import type { ChangeEvent } from '../../schemas/change.ts';
import type { Services } from '../../services.ts';
import { ChangeStream } from './change-stream.ts';

/** A stream is made anew once in a while, with the rights of then. */
const LIFE_MS = 15 * 60_000;
/** What says that somebody's session may have ended or their rights be others. */
const OF_PEOPLE: readonly ChangeTopic[] = ['sessions', 'people'];

/**
 * GET /changes: which kinds of things change while a console is open, as server-sent events. A topic is told to whoever may read
 * such things; no event has anything of a thing in it. The stream ends within a second of its session, and when another role,
 * other groups or another access policy may give other rights: whoever still has a session asks again. After `Last-Event-ID` what
 * was missed is told (`on`); where that is not known any more, everything may have changed (`anew`).
 */
export function streamChanges(services: Services): RequestHandler {
  return async (request, response) => {
    const now = services.now();
    const caller = await requireIdentity(request, services, now);
    await requireAct(caller, undefined, services, now);
    const topics = await topicsFor(services, caller, now);
    if (request.get('Accept')?.includes('text/event-stream') === true)
      await stream(services, caller, topics, { response, after: request.get('Last-Event-ID') ?? '' });
    else response.json({ topics: [...topics] } satisfies ChangeEvent);
  };
}

async function stream(
  { changes: { feed, sessions, places } }: Services,
  caller: Caller,
  topics: ReadonlySet<ChangeTopic>,
  { response, after }: { readonly response: Response; readonly after: string },
): Promise<void> {
  const { tenantId, user, sessionId, groups } = caller;
  const endings = [places.take(user.id)];
  const open: { events?: ChangeStream } = {};
  let ended = false;
  const end = (): void => {
    ended = true;
    for (const ending of endings.splice(0)) ending();
    open.events?.end();
  };
  const onChange = (topic: ChangeTopic): void => {
    if (OF_PEOPLE.includes(topic)) sessions.nudge(tenantId);
    if (topics.has(topic)) open.events?.tell(topic);
    if (topic === 'access-policies') end();
  };
  response.once('close', end);
  const stopListening = await feed.listen(tenantId, { onChange, onLost: end }).catch((error: unknown) => {
    end();
    throw error;
  });
  endings.push(stopListening);
  if (ended) {
    end();
    response.destroy();
    return;
  }
  const events = new ChangeStream(response, () => feed.position);
  open.events = events;
  const life = setTimeout(end, LIFE_MS).unref();
  endings.push(() => {
    clearTimeout(life);
  });
  endings.push(sessions.watch(tenantId, { sessionId, role: user.role, groups, onEnd: end }));
  events.begin(feed.changedSince(tenantId, after)?.filter((topic) => topics.has(topic)));
}

/** Of what somebody may be told. */
async function topicsFor(services: Services, caller: Caller, now: Date): Promise<ReadonlySet<ChangeTopic>> {
  const acts = await services.db.forTenant(caller.tenantId, (tx) => actsOf(tx, caller, now));
  const topics = Object.keys(CHANGE_TOPICS).filter(isChangeTopic);
  return new Set(
    topics.filter((topic) => {
      const act = CHANGE_TOPICS[topic];
      return act === null || acts.includes(act);
    }),
  );
}
