import type {
  IncomingInvite,
  ListenAddress,
  SipEvent,
  SipTransport,
  UserAgent,
  UserAgentOptions,
} from '../user-agent.ts';
import { createUserAgent } from '../user-agent.ts';
import { AUTHORITY, IDENTITIES } from './certificates.ts';
import { Inbox } from './inbox.ts';

/** Short enough that a whole 64 × T1 passes in well under a second. */
export const QUICK = {
  t1: 8,
  t2: 32,
  t4: 20,
  trying: 4,
  c: 400,
  streamMessage: 600,
  streamIdle: 60_000,
} as const;

/** A user agent on loopback with everything it saw. */
export interface TestAgent {
  readonly agent: UserAgent;
  readonly address: ListenAddress;
  /** All of them, in the order of `listen`. */
  readonly addresses: readonly ListenAddress[];
  readonly invites: Inbox<IncomingInvite>;
  readonly events: Inbox<SipEvent>;
  /** `sip:` URI of this agent over its transport. */
  readonly uri: string;
}

const opened: UserAgent[] = [];

/** Starts an agent; `closeAgents` ends it. */
export async function startAgent(
  transport: SipTransport,
  options: Partial<UserAgentOptions> = {},
  host = '127.0.0.1',
): Promise<TestAgent> {
  const invites = new Inbox<IncomingInvite>();
  const events = new Inbox<SipEvent>();
  const agent = createUserAgent({
    listen: [{ transport, host, port: 0, tls: IDENTITIES.server }],
    tls: { ca: AUTHORITY },
    timers: QUICK,
    onInvite: (invite) => invites.add(invite),
    onEvent: (event) => events.add(event),
    ...options,
  });
  opened.push(agent);
  const addresses = await agent.start();
  const [address] = addresses;
  if (address === undefined) throw new Error('The agent has no address.');
  const written = host.includes(':') ? `[${host}]` : host;
  return {
    agent,
    address,
    addresses,
    invites,
    events,
    uri: `sip:srs@${written}:${String(address.port)};transport=${transport}`,
  };
}

/** Closes every agent a test started. */
export async function closeAgents(): Promise<void> {
  await Promise.all(opened.splice(0).map((agent) => agent.close()));
}

/** Resolves once the condition holds; jest's own timeout is the limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
