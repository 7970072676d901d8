import type { z } from 'zod';
import type { CustodianNotice } from '../../../../recorder-core/records/custodian-notices.ts';
import type { HoldRelease } from '../../../../recorder-core/records/hold-releases.ts';
import type { Matter } from '../../../../recorder-core/records/matters.ts';
import type { custodianNotice, matterSummary, release } from '../../schemas/matter.ts';

/** A matter as the API shows it. */
export function presentMatter(matter: Matter): z.input<typeof matterSummary> {
  return { ...matter, tags: [...matter.tags] };
}

/** A release as the API shows it. */
export function presentRelease({ askedById: _person, ...found }: HoldRelease): z.input<typeof release> {
  return { ...found, holdIds: [...found.holdIds] };
}

/** A notice as the API shows it. */
export function presentNotice(notice: CustodianNotice): z.input<typeof custodianNotice> {
  const { id, name, address, superior, superiorAddress, instructions, connectionId, byMail } = notice;
  const { remindDays, mostReminders, sentBy, sentAt, reminders, remindedAt, escalatedAt } = notice;
  const { acknowledgedAt, endedAt, mail } = notice;
  return {
    id,
    name,
    address,
    superior,
    superiorAddress,
    instructions,
    connectionId,
    byMail,
    mail,
    remindDays,
    mostReminders,
    sentBy,
    sentAt,
    reminders,
    remindedAt,
    escalatedAt,
    acknowledgedAt,
    endedAt,
  };
}
