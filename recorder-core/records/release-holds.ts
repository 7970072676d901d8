import { HoldfastError } from '../errors.ts';
import { protectedUntil } from '../policy/retention-grounds.ts';
import type { VerifiedRulePack } from '../policy/rule-pack.ts';
import { announceWaitingCuts } from './announce-cuts.ts';
import { announceMatter } from './announce-matter.ts';
import { readApproval, requireApproved } from './approvals.ts';
import { askApproval, withdrawApprovalsAbout } from './ask-approval.ts';
import type { Tx } from './database.ts';
import { leafActor, personOf, type HoldActor } from './hold-actor.ts';
import { insertRelease, listReleases, moveRelease, readRelease, type HoldRelease } from './hold-releases.ts';
import { endNotices } from './custodian-notices.ts';
import { closeHoldGate, endHold, finishHolds, listHolds, restoreHold, type Hold } from './holds.ts';
import { appendLeaf } from './ledger-log.ts';
import { lockMatter, setMatterState, type Matter } from './matters.ts';
import { noteHoldChange, withdrawReached, type HoldTools } from './place-hold.ts';

const DAY_MS = 86_400_000;
/** How long a second person has to answer; then the holds stay, and it can be asked anew. */
const ANSWER_DAYS = 14;

/** What is to be released, why, and who asks. */
export interface ReleaseOrder {
  readonly tenantId: string;
  readonly matterId: string;
  /** One hold of the matter; left out, all that are in force, and the matter ends. */
  readonly holdId?: string;
  readonly reason: string;
  readonly by: HoldActor;
  readonly now: Date;
}

type AskTools = Pick<HoldTools, 'newId' | 'trace'>;

/**
 * Asks for a release: nothing is free by that. A second person has to agree, then the grace of the rules runs.
 * @throws HoldfastError `not_found`; `conflict` where nothing is in force, or a release waits already.
 */
export async function askRelease(tx: Tx, tools: AskTools, order: ReleaseOrder): Promise<HoldRelease> {
  const { tenantId, matterId, reason, by, now } = order;
  const matter = await lockMatter(tx, matterId);
  const holds = await holdsToRelease(tx, order);
  const id = tools.newId(now);
  const approvalId = tools.newId(now);
  const whole = order.holdId === undefined;
  const asked = await insertRelease(tx, tenantId, {
    id,
    matterId,
    holdIds: holds.map((hold) => hold.id),
    whole,
    reason,
    askedBy: personOf(by),
    askedThrough: 'connectionId' in by ? by.connectionId : null,
    askedAt: now.toISOString(),
    approvalId,
  });
  if (!asked)
    throw new HoldfastError(
      'conflict',
      'A release of this matter waits for a second person already; nothing changed. Withdraw it, or wait for the answer.',
    );
  const actor = leafActor(by);
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'release.asked',
      object: { type: 'matter', id: matterId },
      outcome: 'waiting',
      facts: { ...actor.facts, releaseId: id, approvalId, holds: holds.length, whole },
    },
    { ...actor.personal, matter: matter.name, reason },
  );
  await askSecondPerson(tx, tools, order, { id, approvalId, matter: matter.name, holds: holds.length });
  if (whole) await setMatterState(tx, matterId, 'releasing', now.toISOString());
  await announceMatter(tx, tools, order);
  return requireRelease(tx, id);
}

async function askSecondPerson(
  tx: Tx,
  tools: AskTools,
  { tenantId, holdId, reason, by, now }: ReleaseOrder,
  {
    id,
    approvalId,
    matter,
    holds,
  }: { readonly id: string; readonly approvalId: string; readonly matter: string; readonly holds: number },
): Promise<void> {
  const whole = holdId === undefined;
  await askApproval(tx, {
    tenantId,
    id: approvalId,
    kind: 'hold-release',
    subject: { type: 'release', id },
    act: 'hold.release',
    requestedBy: 'person' in by ? by.person : null,
    summary: `${whole ? 'Ends the matter' : 'Releases one hold of the matter'} “${matter}”: ${reason}`,
    facts: { matter, holds, whole },
    dueAt: new Date(now.getTime() + ANSWER_DAYS * DAY_MS),
    now,
    newId: tools.newId,
    ...(tools.trace === undefined ? {} : { trace: tools.trace }),
  });
}

async function holdsToRelease(tx: Tx, { matterId, holdId }: ReleaseOrder): Promise<Hold[]> {
  const holds = await listHolds(tx, { matterId });
  if (holdId !== undefined && !holds.some(({ id }) => id === holdId))
    throw new HoldfastError('not_found', 'There is no hold with this id in the matter.');
  const inForce = holds.filter(
    ({ id, releasedAt }) => releasedAt === null && (holdId === undefined || id === holdId),
  );
  if (inForce.length === 0)
    throw new HoldfastError('conflict', 'Nothing of this is in force any more; nothing changed.');
  return inForce;
}

/** What changes the state of a matter works with. */
export interface MatterTools extends HoldTools {
  readonly pack: (tx: Tx) => Promise<VerifiedRulePack>;
}

/**
 * Brings the releases of a locked matter to where they must be now: grants what a second person agreed to, ends what was
 * refused or expired, and what has come to the end of its grace. Idempotent. Answers when to look again, null for never.
 */
export async function advanceReleases(
  tx: Tx,
  tools: MatterTools,
  { tenantId, matter, now }: { readonly tenantId: string; readonly matter: Matter; readonly now: Date },
): Promise<string | null> {
  let next: string | null = null;
  const step = { tenantId, matter, now };
  for (const release of await listReleases(tx, matter.id, true)) {
    const at =
      release.state === 'asked'
        ? await answer(tx, tools, step, release)
        : await endGrace(tx, tools, step, release);
    if (at !== null && (next === null || at < next)) next = at;
  }
  await settleMatter(tx, step);
  return next;
}

interface Step {
  readonly tenantId: string;
  readonly matter: Matter;
  readonly now: Date;
}

async function answer(tx: Tx, tools: MatterTools, step: Step, release: HoldRelease): Promise<string | null> {
  const { tenantId, now } = step;
  const approval = await readApproval(tx, release.approvalId);
  if (approval === undefined || approval.state === 'open') return null;
  const at = now.toISOString();
  if (approval.state !== 'approved') {
    await moveRelease(tx, release.id, { state: approval.state, at, reason: approval.reason });
    await noteRelease(tx, step, release, 'release.refused', approval.state);
    return null;
  }
  const { decidedBy } = await requireApproved(tx, release.approvalId, {
    kind: 'hold-release',
    subjectId: release.id,
  });
  const graceEndsAt = await graceEnd(tx, tools, at);
  await moveRelease(tx, release.id, { state: 'grace', at, graceEndsAt });
  if (decidedBy === null) throw new Error('An approval was given by nobody.');
  const by = { person: decidedBy };
  for (const hold of await holdsOf(tx, release)) {
    if (!(await endHold(tx, hold.id, release.askedById, at, release.reason))) continue;
    await noteHoldChange(tx, tools, {
      tenantId,
      act: 'hold.released',
      hold,
      by,
      now,
      reason: release.reason,
    });
  }
  await noteRelease(tx, step, release, 'release.granted', 'done');
  return graceEndsAt;
}

/** By the rules in force now: a grace that was lengthened meanwhile goes on. */
async function endGrace(
  tx: Tx,
  tools: MatterTools,
  step: Step,
  release: HoldRelease,
): Promise<string | null> {
  const { tenantId, now } = step;
  const at = now.toISOString();
  const graceEndsAt = await graceEnd(tx, tools, release.grantedAt ?? at);
  if (graceEndsAt > at) {
    if (graceEndsAt !== release.graceEndsAt)
      await moveRelease(tx, release.id, { state: 'grace', at, graceEndsAt });
    return graceEndsAt;
  }
  await finishHolds(tx, release.holdIds, at);
  await moveRelease(tx, release.id, { state: 'done', at });
  await announceWaitingCuts(tx, tools, { tenantId, now });
  return null;
}

async function graceEnd(tx: Tx, { pack }: MatterTools, releasedAt: string): Promise<string> {
  const hold = { id: '', kind: 'legal', releasedAt };
  return new Date(protectedUntil(hold, await pack(tx))).toISOString();
}

/** Open while anything of it is in force, releasing while its end runs, closed when that is over. */
async function settleMatter(tx: Tx, { tenantId, matter: { id, name }, now }: Step): Promise<void> {
  const { activeHolds, state } = await lockMatter(tx, id);
  if (state === 'closed') return;
  const releases = await listReleases(tx, id);
  const running = releases.filter((each) => each.state === 'asked' || each.state === 'grace');
  const last = releases.findLast(({ whole }) => whole)?.state;
  const ending = last === 'asked' || last === 'grace' || (last === 'done' && activeHolds === 0);
  const wanted = !ending ? 'open' : running.length > 0 ? 'releasing' : 'closed';
  if (wanted === state) return;
  if (wanted === 'closed') await closeMatter(tx, { tenantId, id, name, now });
  else await setMatterState(tx, id, wanted, now.toISOString());
}

/**
 * Ends a matter under which nothing was ever held, or is any more: there is nothing that a second person would protect.
 * False where something is in force, in its grace, or waits.
 */
export async function closeEmptyMatter(
  tx: Tx,
  { tenantId, matterId, by, reason, now }: Omit<ReleaseOrder, 'holdId'>,
): Promise<boolean> {
  const { name, state, activeHolds } = await lockMatter(tx, matterId);
  if (activeHolds > 0 || (await listReleases(tx, matterId, true)).length > 0) return false;
  if (state !== 'closed') await closeMatter(tx, { tenantId, id: matterId, name, now }, { by, reason });
  return true;
}

async function closeMatter(
  tx: Tx,
  {
    tenantId,
    id,
    name,
    now,
  }: { readonly tenantId: string; readonly id: string; readonly name: string; readonly now: Date },
  closing?: { readonly by: HoldActor; readonly reason: string },
): Promise<void> {
  const actor = closing === undefined ? { personal: {}, facts: {} } : leafActor(closing.by);
  await setMatterState(tx, id, 'closed', now.toISOString());
  await endNotices(tx, id, now.toISOString());
  await appendLeaf(
    tx,
    tenantId,
    { at: now, act: 'matter.closed', object: { type: 'matter', id }, outcome: 'done', facts: actor.facts },
    { ...actor.personal, matter: name, ...(closing === undefined ? {} : { reason: closing.reason }) },
  );
}

/**
 * Takes a release back: while it waits for its answer, the question is withdrawn; in its grace, its holds are in force
 * again as if they had never been released. @throws HoldfastError `not_found`; `conflict` where it is over.
 */
export async function takeBackRelease(
  tx: Tx,
  tools: HoldTools,
  order: Omit<ReleaseOrder, 'holdId'> & { readonly releaseId: string },
): Promise<HoldRelease> {
  const { tenantId, matterId, releaseId, reason, by, now } = order;
  await closeHoldGate(tx);
  const matter = await lockMatter(tx, matterId);
  const release = await requireRelease(tx, releaseId);
  const at = now.toISOString();
  const ended = { at, by: personOf(by), reason };
  if (release.matterId !== matterId || (release.state !== 'asked' && release.state !== 'grace'))
    throw new HoldfastError(
      'conflict',
      'This release is over and cannot be taken back. Place a hold anew for what is still there.',
    );
  if (release.state === 'asked') {
    await withdrawApprovalsAbout(
      tx,
      { kind: 'hold-release', subjectId: releaseId },
      { tenantId, now, newId: tools.newId, reason, ...('person' in by ? { by: by.person } : {}) },
    );
    await moveRelease(tx, releaseId, { state: 'withdrawn', ...ended });
  } else {
    for (const hold of await holdsOf(tx, release)) {
      if (!(await restoreHold(tx, hold.id))) continue;
      await withdrawReached(tx, tools, hold, at);
      await noteHoldChange(tx, tools, { tenantId, act: 'hold.restored', hold, by, now, reason });
    }
    await moveRelease(tx, releaseId, { state: 'taken-back', ...ended });
  }
  const actor = leafActor(by);
  await noteRelease(tx, { tenantId, matter, now }, release, 'release.withdrawn', 'done', {
    ...actor.personal,
    reason,
  });
  await settleMatter(tx, { tenantId, matter, now });
  await announceMatter(tx, tools, order);
  return requireRelease(tx, releaseId);
}

async function holdsOf(tx: Tx, { matterId, holdIds }: HoldRelease): Promise<Hold[]> {
  return (await listHolds(tx, { matterId })).filter(({ id }) => holdIds.includes(id));
}

async function requireRelease(tx: Tx, id: string): Promise<HoldRelease> {
  const found = await readRelease(tx, id);
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', 'There is no release with this id in your tenant.');
}

async function noteRelease(
  tx: Tx,
  { tenantId, matter, now }: Step,
  release: HoldRelease,
  act: 'release.granted' | 'release.refused' | 'release.withdrawn',
  outcome: string,
  personal: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { id: releaseId, approvalId, holdIds } = release;
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act,
      object: { type: 'matter', id: matter.id },
      outcome,
      facts: { releaseId, approvalId, holds: holdIds.length },
    },
    { matter: matter.name, ...personal },
  );
}
