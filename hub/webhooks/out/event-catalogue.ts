import type { EventSource } from '../../../recorder-core/records/webhook-messages.ts';
import { count, moment, uuid, word, words, yes, type EventType, type FactShape } from './define-event.ts';
import type { Act } from '../../../recorder-core/ledger/acts.ts';

/** An event under the act's own word. */
function told(act: Act, about: string, facts: FactShape = {}): EventType {
  return { type: act, act, about, facts };
}

const captured = { region: word, consent: word, durationMs: count };
const approval = { kind: word, subject: word, subjectId: uuid };
const clock = { regime: word, duty: word, dueAt: moment };

/**
 * Every type of event that is told to other systems; nothing else ever is. Types and facts are only added: a receiver that
 * was written for one version understands the next. A new one is a line here; docs/webhooks.md has the same list.
 */
export const EVENT_CATALOGUE: readonly EventType[] = [
  told('recording.sealed', 'A call was recorded whole.', captured),
  told('recording.recovered', 'A recording was saved after a crash; its end may be missing.', captured),
  told('recording.refused', 'A call was not recorded, because nothing permitted it.', { consent: word }),
  told('recording.stored', 'Every part of a recording is in the object store and was read back.', {
    region: word,
    parts: count,
    bytes: count,
  }),
  told('recording.restricted', 'A recording may be used for stated purposes only.', { purposes: words }),
  told('restriction.lifted', 'A ground of restriction of a recording has ended.', { purposes: words }),
  told('recording.exported', 'A recording went into an export.', { export: uuid }),
  told('integrity.failed', 'Something stored is not what was captured.', { part: uuid, found: word }),
  told('consent.changed', 'A party changed its mind after a call.', {
    kind: word,
    effect: word,
    purpose: word,
    recordingId: uuid,
    source: word,
  }),
  told('matter.opened', 'A matter was opened.'),
  told('matter.closed', 'A matter was closed.'),
  told('hold.placed', 'A hold was placed: about the matter, and about each recording it names.', {
    holdId: uuid,
    kind: word,
    recordings: count,
    byQuery: yes,
  }),
  told('hold.reached', 'A hold by query has reached a recording.', { holdId: uuid, matterId: uuid }),
  told('hold.released', 'A hold was released.', { holdId: uuid, matterId: uuid, recordings: count }),
  told('hold.restored', 'A released hold was put back.', { holdId: uuid, matterId: uuid }),
  told('disposal.decided', 'A recording is to be disposed of, by the rules named in the ledger.', {
    policyEpoch: count,
  }),
  told('disposal.stopped', 'A disposal was stopped.', { policyEpoch: count }),
  told('disposal.certified', 'A recording was disposed of, and the certificate says how.', {
    policyEpoch: count,
    tombstone: uuid,
  }),
  told('disposal.completed', 'A recording is beyond recovery, backups included.', {
    tombstone: uuid,
    beyondRecoveryAt: moment,
  }),
  told('parts.certified', 'Parts of a recording were destroyed.', {
    disposal: uuid,
    ground: word,
    tombstone: uuid,
  }),
  told('request.received', 'A person has asked for their rights.', {
    kind: word,
    source: word,
    receivedAt: moment,
    dueAt: moment,
  }),
  told('request.verified', 'It is known who asks.', { dueAt: moment }),
  told('request.extended', 'A request has more time.', { dueAt: moment }),
  told('request.reminded', 'A request is due soon, or overdue.', { dueAt: moment, state: word }),
  told('request.submitted', 'An answer to a request waits for a second person, or goes on.'),
  told('request.answered', 'A request was answered.', { kind: word, dueAt: moment, inTime: yes }),
  told('request.refused', 'A request was refused.'),
  told('request.withdrawn', 'A request was taken back.', { was: word }),
  told('request.expired', 'A request ended, because nobody showed who they are.'),
  told('incident.opened', 'Something went wrong, or may have.', {
    kind: word,
    severity: word,
    detector: word,
    recordings: count,
  }),
  told('incident.classified', 'It was said which facts of the law hold.'),
  told('incident.acknowledged', 'Somebody is at an incident.'),
  told('incident.escalated', 'Nobody was at an incident in time.', { level: count }),
  told('incident.contained', 'An incident goes no further.'),
  told('incident.resolved', 'An incident was resolved.'),
  told('incident.reopened', 'An incident was opened again.'),
  told('incident.closed', 'An incident was closed.'),
  told('clock.started', 'A clock of the law runs for an incident, or runs otherwise now.', clock),
  told('clock.answered', 'Somebody was told what the law wants.', clock),
  told('clock.missed', 'A clock of the law ran out.', clock),
  told('approval.asked', 'Something waits for a second person.', { ...approval, act: word, dueAt: moment }),
  told('approval.escalated', 'A question went to the next level.', { kind: word, level: count }),
  told('approval.approved', 'A second person has agreed.', approval),
  told('approval.refused', 'A second person has refused.', approval),
  told('approval.expired', 'Nobody answered in time.', approval),
  told('approval.withdrawn', 'A question needs no answer any more.', approval),
  told('export.requested', 'An export was asked for.', {
    recordings: count,
    bytes: count,
    expiresAt: moment,
  }),
  told('export.approved', 'An export was agreed to.', { recordings: count, bytes: count }),
  told('export.refused', 'An export was refused.'),
  told('export.sealed', 'The bundle of an export was made.', { files: count, recordings: count }),
  told('export.failed', 'A bundle could not be made.', { was: word }),
  told('export.opened', 'A recipient gave the right passcode.'),
  told('export.fetched', 'Bytes of a bundle were fetched.', { from: count, to: count, fetch: uuid }),
  told('export.revoked', 'An export was taken back.', { was: word }),
  told('export.expired', 'The days of an export are over.', { was: word }),
  told('report.sealed', 'A compliance report was made.', { critical: count, openFindings: count }),
  told('report.failed', 'A compliance report could not be made.'),
  told('finding.opened', 'A check has found something.', { section: word, kind: word, severity: word }),
  told('policy.activated', "A tenant's rules came into force."),
  told('access_policy.published', "A tenant's own policies of access came into force.", {
    version: count,
    insteadOf: count,
  }),
  told('pack.activated', 'A rule pack came into force.'),
  told('key.refused', 'A key was refused.', { code: word, times: count }),
  told(
    'delivery.failed',
    'A connected system refused something for good, a dead letter, or nobody knows what it did (outcome).',
    {
      connectionId: uuid,
      operation: word,
      revision: count,
    },
  ),
  told('grant.asked', 'A right that ends on time was asked for.', {
    purpose: word,
    scope: word,
    until: moment,
  }),
  told('grant.given', 'A right that ends on time was given.', { kind: word, until: moment }),
  told('grant.warned', 'A right ends soon: in a day, or in the last quarter of its time.', {
    kind: word,
    until: moment,
    uses: count,
  }),
  told('grant.revoked', 'A right ended before its time.', { kind: word, until: moment, uses: count }),
  told('grant.ended', 'A right ended at its time.', { kind: word, until: moment, uses: count }),
  told('glass.broken', 'Somebody took an emergency right to all recordings.', {
    until: moment,
    incidentId: uuid,
  }),
  told('glass.reviewed', 'Somebody said whether an emergency right was used rightly, or nobody did in time.'),
  told('access.alerted', 'Somebody used their access in an unusual way.', {
    kind: word,
    count,
    from: moment,
    to: moment,
    incidentId: uuid,
  }),
  told('access.acknowledged', 'Somebody took note of unusual use of access.', {
    alert: uuid,
    kind: word,
    incidentId: uuid,
  }),
  told('authenticator.added', 'Somebody has another way to prove their presence.', {
    kind: word,
    authenticator: uuid,
  }),
  told('authenticator.removed', 'Somebody removed a way to prove their presence.', {
    kind: word,
    authenticator: uuid,
  }),
  told(
    'authenticator.reset',
    'An administrator took away all that somebody could prove their presence with.',
    {
      removed: count,
    },
  ),
  told('recovery.renewed', 'Somebody made new recovery codes.', { codes: count }),
  told('presence.refused', 'A proof of presence was wrong.', { method: word }),
  told('connection.authorized', 'A person has let us use a connected system.'),
  told('connection.compared', 'What a connected system holds was held against what it is to hold.', {
    comparison: uuid,
    same: count,
    waiting: count,
  }),
  told('token.refused', 'A connected system gives us no token any more.', { state: word, code: word }),
  told('token.restored', 'A connected system gives us tokens again.'),
  told('breaker.opened', 'A connection failed too often and rests.', { failures: count }),
  told('breaker.closed', 'A connection works again.', { openedAt: moment }),
  {
    type: 'connection.changed',
    about: 'A connection was made, changed, put live, paused or removed, as the outcome says.',
    act: 'configuration.changed',
    objectType: 'connection',
    facts: { connector: word, version: count },
  },
  {
    type: 'endpoint.changed',
    about: 'An endpoint of webhooks was made, changed, disabled, enabled or removed.',
    act: 'configuration.changed',
    objectType: 'endpoint',
    facts: { signing: word, reason: word },
  },
  {
    type: 'endpoint.tested',
    about: 'Somebody asked for a test event; only the endpoint itself is told.',
    act: 'endpoint.tested',
    ownOnly: true,
    facts: {},
  },
];

/** First words of all types, as `hold` for `hold.*`. */
const TOPICS = new Set(EVENT_CATALOGUE.map(({ type }) => topicOf(type)));

/** Whether an endpoint can choose by this text: a type, `<topic>.*`, or `*`. */
export function isChoice(text: string): boolean {
  if (text === '*') return true;
  if (text.endsWith('.*')) return TOPICS.has(text.slice(0, -2));
  return eventTypeOf(text) !== undefined;
}

/** The type of that name, or undefined. */
export function eventTypeOf(name: string): EventType | undefined {
  return EVENT_CATALOGUE.find(({ type }) => type === name);
}

/** The leaves that an endpoint with these choices is told of. */
export function sourcesOf(choices: readonly string[]): EventSource[] {
  return EVENT_CATALOGUE.filter(
    ({ type, ownOnly }) =>
      ownOnly === true ||
      choices.some((choice) => choice === '*' || choice === type || choice === `${topicOf(type)}.*`),
  ).map(({ type, act, objectType, ownOnly }) => ({
    type,
    act,
    ...(objectType !== undefined && { objectType }),
    ...(ownOnly !== undefined && { ownOnly }),
  }));
}

function topicOf(type: string): string {
  return type.slice(0, type.indexOf('.'));
}
