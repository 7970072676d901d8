import { z } from 'zod';
import { makeHoldQuery } from '../../../recorder-core/policy/hold-query.ts';
import { listReleases } from '../../../recorder-core/records/hold-releases.ts';
import {
  findMatter,
  findMatterOfCase,
  setTags,
  type Matter,
} from '../../../recorder-core/records/matters.ts';
import { openMatter } from '../../../recorder-core/records/open-matter.ts';
import { placeHold } from '../../../recorder-core/records/place-hold.ts';
import {
  askRelease,
  closeEmptyMatter,
  takeBackRelease,
} from '../../../recorder-core/records/release-holds.ts';
import {
  defineEventType,
  isOldNews,
  type EventContext,
  type EventType,
  type InboundEvent,
} from '../event-type.ts';

const text = (length: number) => z.string().trim().min(1).max(length);
const entries = z.array(text(200)).max(200).optional();
const instant = z.iso.datetime({ offset: true }).optional();

/** What is to be held, as `docs/holds.md` has it. */
const query = z.strictObject({
  from: instant,
  to: instant,
  addresses: entries,
  names: entries,
  classes: entries,
  regions: entries,
  callIds: entries,
  sources: entries,
  words: entries,
});
const common = {
  caseId: text(200).describe("The case system's id of the case."),
  name: text(200).optional(),
  tags: z.array(text(64)).max(20).optional().describe('Regulatory triggers.'),
  query: query.optional(),
  recordingIds: z.array(z.uuid()).max(500).optional(),
  reason: text(2000).optional(),
};
const opened = z.strictObject({ ...common, name: text(200) });
const changed = z.strictObject(common);
const closed = z.strictObject({ caseId: common.caseId, reason: common.reason });
type CaseData = z.output<typeof changed>;

/**
 * What a case system tells of its cases. A case is a matter; what it wants held is added to what is held already and never
 * takes anything away, so that a late or repeated message only ever keeps more. Closing it asks for the release, which a
 * person here has to agree to.
 */
export const CASE_EVENTS: readonly EventType[] = [
  defineEventType({
    type: 'case.opened',
    schema: opened,
    objectOf: ({ caseId }) => caseId,
    handle: takeCase,
  }),
  defineEventType({
    type: 'case.changed',
    schema: changed,
    objectOf: ({ caseId }) => caseId,
    handle: takeCase,
  }),
  defineEventType({
    type: 'case.closed',
    schema: closed,
    objectOf: ({ caseId }) => caseId,
    handle: closeCase,
  }),
];

/** Opened or changed, in whatever order the two come. */
async function takeCase(context: EventContext, event: InboundEvent<CaseData>): Promise<void> {
  const { tx, tenantId, now, newId } = context;
  const { data, connectionId } = event;
  const old = isOldNews(context, event);
  const found = await findMatterOfCase(tx, connectionId, data.caseId);
  // A case that was closed before we heard of its opening: nothing is to be held for it.
  if (old && (found === undefined || found.state === 'closed')) return;
  const matter = found ?? (await openCase(context, event));
  const by = { connectionId };
  if (!old) {
    if (data.tags !== undefined && found !== undefined)
      await setTags(tx, tenantId, matter, { tags: data.tags, by, now });
    await reopen(context, event, matter);
  }
  if (data.query === undefined && data.recordingIds === undefined) return;
  await placeHold(
    tx,
    { newId, journal: await context.journal() },
    {
      tenantId,
      holdId: event.id,
      matter: matter.id,
      kind: 'legal',
      reason: data.reason ?? `Case ${data.caseId} of ${event.connection}.`,
      recordingIds: data.recordingIds ?? [],
      query: data.query === undefined ? null : makeHoldQuery(data.query),
      by,
      now,
    },
  );
}

async function openCase(
  { tx, tenantId, now, newId }: EventContext,
  { data, connectionId }: InboundEvent<CaseData>,
): Promise<Matter> {
  const wanted = data.name ?? `Case ${data.caseId}`;
  const taken = (await findMatter(tx, wanted)) !== undefined;
  const order = {
    tenantId,
    name: taken ? `${wanted} (${data.caseId})`.slice(0, 200) : wanted,
    externalId: data.caseId,
    connectionId,
    tags: data.tags ?? [],
    reviewAt: null,
    by: { connectionId },
    now,
  };
  return openMatter(tx, { newId }, order);
}

/** A case that goes on after all: a release that was asked for when it was closed is taken back. */
async function reopen(
  context: EventContext,
  { data, connectionId }: InboundEvent<CaseData>,
  { id: matterId }: Matter,
): Promise<void> {
  const { tx, tenantId, now, newId } = context;
  for (const { id: releaseId, whole } of await listReleases(tx, matterId, true)) {
    if (!whole) continue;
    await takeBackRelease(
      tx,
      { newId, journal: await context.journal() },
      {
        tenantId,
        matterId,
        releaseId,
        reason: data.reason ?? 'The case goes on.',
        by: { connectionId },
        now,
      },
    );
  }
}

async function closeCase(context: EventContext, event: InboundEvent<z.output<typeof closed>>): Promise<void> {
  if (isOldNews(context, event)) return;
  const { tx, tenantId, now, newId } = context;
  const { data, connectionId } = event;
  const found = await findMatterOfCase(tx, connectionId, data.caseId);
  if (found === undefined || found.state !== 'open') return; // never heard of, or its end runs already
  const order = {
    tenantId,
    matterId: found.id,
    reason: data.reason ?? `Case ${data.caseId} was closed in ${event.connection}.`,
    by: { connectionId },
    now,
  };
  if (found.activeHolds > 0) await askRelease(tx, { newId }, order);
  else await closeEmptyMatter(tx, order);
}
