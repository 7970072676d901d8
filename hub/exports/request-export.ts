import { createHash } from 'node:crypto';
import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import { parseRecipient } from '../../recorder-core/evidence/encrypt-bundle.ts';
import { decideApprovalNeed } from '../../recorder-core/policy/export-rules.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import {
  insertExport,
  measureForExport,
  moveExport,
  readExport,
  recordingsUnderHold,
  type Export,
  type ExportCandidate,
} from '../../recorder-core/records/exports.ts';
import { noteGrantUse } from '../../recorder-core/records/live-grants.ts';
import { requireUse } from '../../recorder-core/records/restrictions.ts';
import { noteRefused } from '../../recorder-core/records/note-refused.ts';
import { askSecondPerson } from './ask-second-person.ts';
import type { ExportAsking, ExportSettings } from './asking.ts';
import { announceExport, noteExport } from './note-export.ts';
import { requireExportable } from './require-exportable.ts';

/** The most recordings that one export may have. */
const MAX_EXPORT_RECORDINGS = 500;
const DAY_MS = 86_400_000;

/** Which recordings: named, those under one hold, or those under every active hold of a matter. */
export type ExportChoice =
  | { readonly recordingIds: readonly string[] }
  | { readonly holdId: string }
  | { readonly underMatter: string };

/** What somebody wants exported, why and for whom. */
export interface ExportWish {
  readonly choice: ExportChoice;
  readonly purpose: string;
  readonly matter: string | null;
  readonly recipient: string;
  /** age recipient or certificate in PEM. */
  readonly recipientKey: string;
  readonly days: number;
  /** What restricted recordings among them are needed for. */
  readonly restrictedPurpose?: string | null;
  /** Labels of the lines to give, by recording; the others are given whole. */
  readonly lines?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Enters a request for an export. Within the limits it is approved by that alone and its making is announced; above
 * them it waits for a second person. All or nothing: a recording that cannot be exported refuses the whole.
 * @throws HoldfastError `invalid_input`, `not_found`, `conflict`, `forbidden`.
 */
export async function requestExport(
  tx: Tx,
  asking: ExportAsking,
  settings: ExportSettings,
  wish: ExportWish,
): Promise<Export> {
  const { chosen, grantId } = await chooseAllowed(tx, asking, wish, () => {
    requireDays(wish.days, settings);
    requireKey(wish.recipientKey, asking.now);
  });
  const restrictedPurpose = await requireUsable(asking, chosen, wish.restrictedPurpose ?? null);
  const size = { recordings: chosen.length, bytes: chosen.reduce((sum, { bytes }) => sum + bytes, 0) };
  const need = decideApprovalNeed(size, settings.limits);
  const id = asking.newId(asking.now);
  const expiresAt = new Date(asking.now.getTime() + wish.days * DAY_MS).toISOString();
  const { purpose, matter, recipient, recipientKey } = wish;
  const wanted = {
    id,
    purpose,
    matter,
    recipient,
    recipientKey,
    ...size,
    recordingIds: chosen.map((each) => each.id),
    requestedBy: asking.person.id,
    requestedAt: asking.now.toISOString(),
    expiresAt,
    approvalRule: need.rule,
    restrictedPurpose,
    grantId,
    ...(wish.lines !== undefined && { lines: wish.lines }),
  };
  const approvalId = need.needed ? await askSecondPerson(tx, asking, wanted) : null;
  await insertExport(tx, asking.tenantId, { ...wanted, approvalId });
  await noteExport(
    tx,
    asking,
    id,
    {
      act: 'export.requested',
      outcome: need.needed ? 'waiting' : 'allowed',
      rules: grantId === null ? [need.rule] : [need.rule, `grant/${grantId}`],
      facts: { ...size, expiresAt, ...(restrictedPurpose !== null && { restrictedPurpose }) },
      digests: { recipientKeySha256: createHash('sha256').update(recipientKey).digest('hex') },
    },
    { recipient, purpose, ...(matter === null ? {} : { matter }) },
  );
  if (!need.needed) await approveByLimit(tx, asking, id);
  return requireMade(await readExport(tx, id));
}

async function approveByLimit(tx: Tx, asking: ExportAsking, id: string): Promise<void> {
  await moveExport(tx, { id, state: 'requested' }, 'approve', { decidedAt: asking.now.toISOString() });
  await announceExport(tx, asking, 'export.approved', id);
}

function requireMade(made: Export | undefined): Export {
  if (made !== undefined) return made;
  throw new Error('The export vanished inside its own transaction.');
}

/**
 * Restricted recordings leave by the hand of an officer, for an open purpose; the purpose is kept with the export where one
 * of them is restricted. @throws HoldfastError `forbidden`, with a leaf.
 */
async function requireUsable(
  asking: ExportAsking,
  chosen: readonly ExportCandidate[],
  purpose: string | null,
): Promise<string | null> {
  for (const each of chosen) {
    try {
      requireUse(each, asking.person.role, purpose ?? undefined);
    } catch (error) {
      await noteRefusedUse(asking, each.id, error);
      throw error;
    }
  }
  return chosen.some(({ restriction }) => restriction !== null) ? purpose : null;
}

async function noteRefusedUse(asking: ExportAsking, recordingId: string, error: unknown): Promise<void> {
  const rule = isHoldfastError(error) ? error.detail : undefined;
  await noteRefused(asking, {
    object: { type: 'recording', id: recordingId },
    rules: rule === undefined ? [] : [rule],
    facts: { act: 'recording.export' },
  });
}

/** @throws HoldfastError `invalid_input` naming the field of the request. */
function requireKey(key: string, now: Date): void {
  try {
    parseRecipient(key, now);
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    throw new HoldfastError(error.code, error.message, { field: '/body/recipientKey', cause: error });
  }
}

function requireDays(days: number, { maxDays }: ExportSettings): void {
  if (Number.isInteger(days) && days >= 1 && days <= maxDays) return;
  throw new HoldfastError('invalid_input', `An export can be fetched for 1 to ${maxDays} days.`, {
    field: '/body/days',
  });
}

/**
 * What is to be exported, where the policies allow all of it. They are asked about what is named before anything is said about
 * it, and about what a hold reaches once that is known.
 */
async function chooseAllowed(
  tx: Tx,
  asking: ExportAsking,
  { choice, restrictedPurpose: purpose = null }: ExportWish,
  check: () => void,
): Promise<{ readonly chosen: readonly ExportCandidate[]; readonly grantId: string | null }> {
  const ask = (ids: readonly string[]) => requireExportable(tx, asking, ids, { purpose });
  const named = 'recordingIds' in choice ? await ask(choice.recordingIds) : undefined;
  check();
  const chosen = await choose(tx, choice);
  const grants = named ?? (await ask(chosen.map(({ id }) => id)));
  if (grants.size > 1)
    throw new HoldfastError(
      'conflict',
      'These recordings are yours by several grants that end apart. Ask for one export for each of them.',
    );
  const [grantId = null] = grants;
  if (grantId !== null) await noteGrantUse(tx, [`grant/${grantId}`], asking.now);
  return { chosen, grantId };
}

async function choose(tx: Tx, choice: ExportChoice) {
  const named = 'recordingIds' in choice;
  const ids = named
    ? [...new Set(choice.recordingIds)]
    : await recordingsUnderHold(
        tx,
        'holdId' in choice ? { holdId: choice.holdId } : { matter: choice.underMatter },
        MAX_EXPORT_RECORDINGS + 1,
      );
  if (ids.length === 0)
    throw new HoldfastError('not_found', 'No recording is held by that, so there is nothing to export.');
  if (ids.length > MAX_EXPORT_RECORDINGS) {
    throw new HoldfastError(
      'too_large',
      `One export can have ${MAX_EXPORT_RECORDINGS} recordings; this would have more. Make several.`,
    );
  }
  const found = await measureForExport(tx, ids);
  if (found.length < ids.length) {
    throw new HoldfastError(
      'not_found',
      'One of the recordings does not exist in your tenant, so nothing is exported.',
      {
        field: '/body/recordingIds',
      },
    );
  }
  if (found.some(({ moving }) => moving)) {
    throw new HoldfastError(
      'conflict',
      'One of the recordings is still on its way to the object store. Ask again in a few seconds.',
      { retryAfterMs: 5_000 },
    );
  }
  return found;
}
