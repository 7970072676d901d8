import { isHoldfastError } from '../../recorder-core/errors.ts';
import { nextMailAttempt } from '../../recorder-core/policy/mail-plan.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import {
  claimMail,
  clearMail,
  readMailSetting,
  settleMail,
  type Mail,
  type MailOutcome,
} from '../../recorder-core/records/mail.ts';
import { composeMail, type Composed, type MailComposing } from './compose-mail.ts';
import type { SendLetter } from './smtp-sender.ts';

/** What sending works with. */
export interface MailSending {
  readonly db: Database;
  readonly composing: MailComposing;
  readonly send: SendLetter;
  readonly now: () => Date;
  /** Told of what came of each mail. */
  readonly onOutcome?: (state: MailOutcome['state']) => void;
}

/** After so long another worker may take over a mail that one was sending: longer than any attempt takes. */
const LEASE_MS = 10 * 60_000;
/** What was settled stays in the list so long; the ledger has its entry for ever. */
const KEPT_MS = 90 * 86_400_000;
/** Between two claims, so that a worker that is stopped leaves little behind. */
const AT_ONCE = 5;

/**
 * Sends what is due for a tenant, `most` of it, and settles each; answers how many were attempted. At least once: where a
 * worker dies, or the line breaks, between the server's answer and the note of it, the same mail goes out again under the
 * same Message-ID. What cannot be composed or is refused by the server fails at once; the rest is tried for three days.
 */
export async function sendDueMail(sending: MailSending, tenantId: string, most: number): Promise<number> {
  const { db, now } = sending;
  await db.forTenant(tenantId, (tx) => clearMail(tx, new Date(now().getTime() - KEPT_MS)));
  let attempted = 0;
  while (attempted < most) {
    const limit = Math.min(AT_ONCE, most - attempted);
    const claimed = await db.forTenant(tenantId, (tx) =>
      claimMail(tx, { now: now(), limit, leaseMs: LEASE_MS }),
    );
    for (const mail of claimed) await attempt(sending, tenantId, mail);
    attempted += claimed.length;
    if (claimed.length < limit) break;
  }
  return attempted;
}

async function attempt(sending: MailSending, tenantId: string, mail: Mail): Promise<void> {
  const { db, composing, now, onOutcome } = sending;
  const composed = await db.forTenant(tenantId, async (tx): Promise<Composed> => {
    const setting = await readMailSetting(tx);
    if (setting?.allowed !== true) return { spared: 'Mail is switched off.' };
    return composeMail(composing, tx, { tenantId, mail, setting, now: now() });
  });
  const outcome = await outcomeOf(sending, mail, composed);
  await settle(sending, tenantId, mail, outcome);
  onOutcome?.(outcome.state);
}

async function outcomeOf({ send, now }: MailSending, mail: Mail, composed: Composed): Promise<MailOutcome> {
  const ended = (state: 'spared' | 'failed', answer: string) =>
    ({ state, due: null, code: null, answer }) as const;
  if ('spared' in composed) return ended('spared', composed.spared);
  if ('unsendable' in composed) return ended('failed', composed.unsendable);
  try {
    const { outcome, code, answer } = await send(composed.letter);
    if (outcome === 'taken') return { state: 'sent', due: null, code, answer };
    const due = outcome === 'away' ? nextMailAttempt({ ...mail, now: now() }) : undefined;
    return { state: due === undefined ? 'failed' : 'waiting', due: due ?? null, code, answer };
  } catch (error) {
    if (isHoldfastError(error) && error.code === 'invalid_input') return ended('failed', error.message);
    throw error;
  }
}

async function settle(
  { db, now }: MailSending,
  tenantId: string,
  mail: Mail,
  outcome: MailOutcome,
): Promise<void> {
  const at = now();
  await db.forTenant(tenantId, async (tx) => {
    if (!(await settleMail(tx, mail.id, outcome, at))) return;
    if (outcome.state !== 'sent' && outcome.state !== 'failed') return;
    const { kind, subjectId, step, attempts } = mail;
    await appendLeaf(tx, tenantId, {
      at,
      act: `mail.${outcome.state}`,
      object: { type: 'mail', id: mail.id },
      outcome: outcome.state === 'sent' ? 'done' : 'failed',
      facts: { kind, about: subjectId, step, attempts, code: outcome.code },
    });
  });
}
