import { HoldfastError } from '../../recorder-core/errors.ts';
import { isMailAddress } from '../../recorder-core/policy/mail-plan.ts';
import { announceMatter } from '../../recorder-core/records/announce-matter.ts';
import { readConnection } from '../../recorder-core/records/connections.ts';
import {
  insertNotice,
  insertNoticeLink,
  type NewNotice,
} from '../../recorder-core/records/custodian-notices.ts';
import { readMailSetting } from '../../recorder-core/records/mail.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy, type LeafPerson } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { lockMatter } from '../../recorder-core/records/matters.ts';
import { carryTrace } from '../observability/tracing.ts';
import { makeNoticeLink } from './notice-link.ts';

/** On whose behalf something is done with a matter; the same for the API and the command line. */
export interface MatterAsking {
  readonly tenantId: string;
  readonly person: LeafPerson;
  readonly now: Date;
  readonly newId: (at: Date) => string;
  /** Address of the console. */
  readonly publicUrl: string;
}

/** Who is told what. */
export type NoticeWish = Pick<
  NewNotice,
  | 'matterId'
  | 'name'
  | 'address'
  | 'superior'
  | 'superiorAddress'
  | 'instructions'
  | 'connectionId'
  | 'remindDays'
  | 'mostReminders'
> & { readonly byMail?: boolean };

/**
 * Tells a custodian to keep what they have for a matter: row, leaf, and a link that is shown once, to be handed over; a
 * connection, or mail, sends one of its own besides. @throws HoldfastError `not_found`; `conflict` for a closed matter, and for
 * mail that is switched off; `invalid_input` for an address that mail cannot go to.
 */
export async function notifyCustodian(
  tx: Tx,
  asking: MatterAsking,
  wish: NoticeWish,
): Promise<{ readonly id: string; readonly url: string }> {
  const { tenantId, person, now, newId } = asking;
  const matter = await lockMatter(tx, wish.matterId);
  if (matter.state === 'closed')
    throw new HoldfastError('conflict', 'This matter is closed; there is nothing left to keep for it.');
  if (wish.connectionId !== null && (await readConnection(tx, wish.connectionId))?.state !== 'live')
    throw new HoldfastError('not_found', 'There is no live connection with this id in your tenant.', {
      field: '/body/connectionId',
    });
  if (wish.byMail === true) await requireMail(tx, wish);
  const id = newId(now);
  const at = now.toISOString();
  await insertNotice(tx, tenantId, { ...wish, id, sentBy: person.id, sentAt: at });
  const { url, digest } = makeNoticeLink(asking.publicUrl, tenantId);
  await insertNoticeLink(tx, tenantId, { tokenDigest: digest, noticeId: id, madeAt: at });
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'notice.sent',
      object: { type: 'matter', id: matter.id },
      outcome: 'waiting',
      facts: {
        noticeId: id,
        connectionId: wish.connectionId,
        byMail: wish.byMail === true,
        remindDays: wish.remindDays,
      },
    },
    { ...actedBy(person), custodian: wish.name, matter: matter.name },
  );
  await announceMatter(tx, { newId, trace: carryTrace() }, { tenantId, matterId: matter.id, now });
  return { id, url };
}

async function requireMail(tx: Tx, { connectionId, address, superiorAddress }: NoticeWish): Promise<void> {
  if (connectionId !== null)
    throw new HoldfastError('invalid_input', 'A notice goes by mail or through a connection, not both.', {
      field: '/body/byMail',
    });
  if ((await readMailSetting(tx))?.allowed !== true)
    throw new HoldfastError(
      'conflict',
      'Mail is switched off for your tenant. Hand the link over, or have mail switched on.',
    );
  if (address === null || !isMailAddress(address)) throw noAddress('/body/address');
  if (superiorAddress !== null && !isMailAddress(superiorAddress)) throw noAddress('/body/superiorAddress');
}

function noAddress(field: string): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    'Mail needs one plain address here, such as person@example.com.',
    { field },
  );
}
