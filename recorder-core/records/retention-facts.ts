import type { ItemRequest, RetentionItem } from '../policy/retention-item.ts';
import { classesOf, type Rulebook } from '../policy/rulebook.ts';
import type { Trigger } from '../policy/rule-pack.ts';
import { erasuresByConsent } from './consent-changes.ts';
import type { Tx } from './database.ts';
import { holdsOnRecordings } from './holds.ts';
import type { Explanation } from './explanation.ts';
import type { Recording } from './recordings.ts';
import { requestsOnRecordings } from './request-items.ts';
import { protectedByReport, readTriggers, type RetentionTrigger } from './retention-triggers.ts';

/** What the facts of a recording are gathered from; a whole row of `recording` has it. */
export type RecordingFacts = Pick<
  Recording,
  'id' | 'endedAt' | 'retentionClass' | 'furtherClasses' | 'retainUntil'
> & {
  readonly consent: Pick<Explanation, 'places'>;
  /** Null: never decided. */
  readonly retention: Pick<Explanation, 'keptFor'> | null;
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
  const classes = rememberClasses(rules);
  return recordings.map((recording) => {
    const { id, endedAt, consent } = recording;
    const withdrawal = withdrawn.get(id);
    const requests = [...assumed, ...(requested.get(id) ?? []), ...erasureOf(withdrawal)];
    const places = consent.places ?? [];
    const reported = triggers.get(id) ?? [];
    return {
      id,
      capturedAt: endedAt,
      kind: KIND,
      classes: classes(recording, places),
      jurisdictions: places,
      triggers: { ...eventsOf(reported), captureEnd: endedAt },
      holds: holds.get(id) ?? [],
      requests,
      tenantRules: rules.policy.retention,
      // No report of an event brings a deletion on at once.
      lockedUntil: latest(promisedUntil(recording, requests), protectedByReport(reported, rules)),
      keptFor: promisedFloor(recording),
    };
  });
}

const KIND = 'call';

function eventsOf(reported: readonly RetentionTrigger[]): Partial<Record<Trigger, string>> {
  return Object.fromEntries(reported.map(({ trigger, at }): [Trigger, string] => [trigger, at]));
}

/** The classes that the rules give, thought out once for all of a page that are of the same classes and places. */
function rememberClasses(
  rules: Rulebook,
): (
  recording: Pick<RecordingFacts, 'retentionClass' | 'furtherClasses'>,
  places: readonly string[],
) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return ({ retentionClass, furtherClasses }, places) => {
    const key = JSON.stringify([retentionClass, furtherClasses, places]); // a class may have any sign in its name
    const found = known.get(key);
    if (found !== undefined) return found;
    const own = { kind: KIND, classes: [retentionClass, ...furtherClasses], jurisdictions: places };
    const made = classesOf(own, rules);
    known.set(key, made);
    return made;
  };
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
  return retention?.keptFor ?? null;
}

/** Consent was withdrawn and nothing kept the recording: that is as good as an approved erasure. */
function erasureOf(changeId: string | undefined): ItemRequest[] {
  return changeId === undefined ? [] : [{ id: changeId, kind: 'erasure', state: 'approved' }];
}
