import { z } from 'zod';
import { id, instant, reason } from './primitives.ts';

/** An open session as people see it who look at sessions. */
export const openSession = z.object({
  id,
  user: z.object({ id, name: z.string() }),
  means: z.enum(['link', 'password', 'passkey', 'saml', 'oidc', 'break-glass', 'command']),
  country: z.string().nullable().describe('From which it began, where that is known.'),
  program: z.string().nullable().describe('The browser in words, such as "Firefox on Linux".'),
  startedAt: instant,
  lastSeenAt: instant.describe('Last act of the person, to the minute.'),
  steppedUpAt: instant.nullable().describe('Last strong proof of presence.'),
  expiresAt: instant.describe('At the latest.'),
  current: z.boolean().describe('Whether this request came in it.'),
});
export type OpenSession = z.infer<typeof openSession>;

/** Open sessions, the newest first; at most 1,000. */
export const openSessionList = z.object({ items: z.array(openSession) });
/** How many sessions were ended. */
export const endedSessions = z.object({ ended: z.int() });
/** Body of what ends somebody else's session. */
export const endSessionBody = z.strictObject({ reason });
