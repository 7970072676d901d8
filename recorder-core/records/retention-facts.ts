import type { ItemRequest, RetentionItem } from '../policy/retention-item.ts';
import { classesOf, type Rulebook } from '../policy/rulebook.ts';
import type { Trigger } from '../policy/rule-pack.ts';
import { erasuresByConsent } from './consent-changes.ts';
import type { Tx } from './database.ts';
import { holdsOnRecordings } from './holds.ts';
import type { Explanation, Recording } from './recordings.ts';
import { requestsOnRecordings } from './request-items.ts';
import { protectedByReport, readTriggers } from './retention-triggers.ts';

/** What the facts of a recording are gathered from; a whole row of `recording` has it. */
export type RecordingFacts = Pick<
  Recording,
  'id' | 'endedAt' | 'retentionClass' | 'furtherClasses' | 'retainUntil'
> & {
  readonly consent: Pick<Explanation, 'places'>;
  readonly retention: Pick<Explanation, 'keptFor' | 'rules'> | null;
};

/**
 * Everything the retention policy looks at about one recording, as the running transaction sees it. The one place where
 * holds, requests, triggers, places and a tenant's own rules are gathered: what is not gathered here, no deletion heeds.
 */
export async function readRetentionFacts(
  tx: Tx,
  recording: RecordingFacts,
  rules: Rulebook,
  assumed: readonly ItemRequest[] = [],
): Promise<RetentionItem> {
  const [item] = await gatherRetentionFacts(tx, [recording], rules, assumed);
  if (item === undefined) throw new Error('Facts were asked of one recording and none were given.');
  return item;
}

/**
 * The same for many recordings, in their order, with one query a kind of fact however many they are, and none for a kind of
 * which the tenant has nothing; `assumed` requests are about each.
 */
export async function gatherRetentionFacts(
  tx: Tx,
  recordings: readonly RecordingFacts[],
  rules: Rulebook,
  assumed: readonly ItemRequest[] = [],
): Promise<RetentionItem[]> {
  const ids = recordings.map(({ id }) => id);
  const has = await kindsOfFacts(tx);
  const none = new Map<string, never>();
  // By item and by query; released ones too: the policy knows their grace.
  const holds = has.holds ? await holdsOnRecordings(tx, ids) : none;
  const triggers = has.triggers ? await readTriggers(tx, ids) : none;
  const withdrawn = has.consent ? await erasuresByConsent(tx, ids) : none;
  const requested = has.requests ? await requestsOnRecordings(tx, ids) : none;
  return recordings.map((recording) => {
    const { id, endedAt, retentionClass, furtherClasses, consent } = recording;
    const requests = [...assumed, ...(requested.get(id) ?? []), ...erasureOf(withdrawn.get(id))];
    const places = consent.places ?? [];
    const reported = triggers.get(id) ?? [];
    const own = { kind: 'call', classes: [retentionClass, ...furtherClasses], jurisdictions: places };
    return {
      id,
      capturedAt: endedAt,
      ...own,
      classes: classesOf(own, rules),
      triggers: {
        ...Object.fromEntries(reported.map(({ trigger, at }): [Trigger, string] => [trigger, at])),
        captureEnd: endedAt,
      },
      holds: holds.get(id) ?? [],
      requests,
      tenantRules: rules.policy.retention,
      // No report of an event brings a deletion on at once.
      lockedUntil: latest(promisedUntil(recording, requests), protectedByReport(reported, rules)),
      keptFor: promisedFloor(recording),
    };
  });
}

interface KindsOfFacts {
  readonly holds: boolean;
  readonly triggers: boolean;
  readonly consent: boolean;
  readonly requests: boolean;
}

/** Of which kinds the tenant has any at all. What is committed after this is as if it came after the facts were read. */
async function kindsOfFacts(tx: Tx): Promise<KindsOfFacts> {
  const { rows } = await tx.query<KindsOfFacts>({
    name: 'kinds-of-facts',
    text: `
      select exists (select from hold where ended_at is null) as holds,
             exists (select from retention_trigger) as triggers,
             exists (select from consent_change_item) as consent,
             exists (select from request_item) or exists (select from subject_request where ended_at is null) as requests`,
    values: [],
  });
  return rows[0] ?? { holds: true, triggers: true, consent: true, requests: true };
}

/** The later of some RFC 3339 instants; null where there is none. */
export function latest(...instants: readonly (string | null)[]): string | null {
  return instants.reduce(
    (a, b) => (a === null || (b !== null && Date.parse(b) > Date.parse(a)) ? b : a),
    null,
  );
}

/**
 * A date that was once promised is never brought forward by a later, shorter rule. An erasure that was approved ends what is
 * kept by habit only: the floors stay. So they do for what has no date to go, because a ceiling contradicts them.
 */
function promisedUntil(
  recording: Pick<RecordingFacts, 'retainUntil' | 'retention'>,
  requests: readonly ItemRequest[],
): string | null {
  const erased = requests.some(({ kind, state }) => kind === 'erasure' && state === 'approved');
  const floor = promisedFloor(recording);
  return erased && recording.retention !== null ? floor : latest(recording.retainUntil, floor);
}

function promisedFloor({ retention }: Pick<RecordingFacts, 'retention'>): string | null {
  if (retention === null) return null;
  return retention.keptFor === undefined ? olderFloor(retention) : retention.keptFor;
}

/** Earlier releases said the floors in the details of their rules alone; see `decideRecording`. */
function olderFloor({ rules }: Pick<Explanation, 'rules'>): string | null {
  const floors = rules.flatMap(({ detail }) => /^floor until (\S+?)(?:,|$)/.exec(detail ?? '')?.[1] ?? []);
  return floors.sort().at(-1) ?? null;
}

/** Consent was withdrawn and nothing kept the recording: that is as good as an approved erasure. */
function erasureOf(changeId: string | undefined): ItemRequest[] {
  return changeId === undefined ? [] : [{ id: changeId, kind: 'erasure', state: 'approved' }];
}
