import { UserRound } from 'lucide-react';
import type { CustodianNotice, MatterDetail } from '../../../hub/api/schemas/matter.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Rich } from '../i18n/rich.tsx';
import { plural, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import type { MatterAsking } from './matter-page.tsx';
import { nextReminder } from './matter-words.ts';

interface CustodiansCardProps {
  readonly matter: MatterDetail;
  readonly onAsk: (what: MatterAsking) => void;
}

/** Who was told to keep things elsewhere, whether they answered, and what happens where they do not. */
export function CustodiansCard({ matter, onAsk }: CustodiansCardProps) {
  return (
    <Card
      title={t('Custodians')}
      icon={<UserRound />}
      actions={
        matter.state !== 'closed' && (
          <ActButton
            act="hold.place"
            size="small"
            onClick={() => {
              onAsk('notice');
            }}
          >
            {t('Tell somebody')}
          </ActButton>
        )
      }
    >
      {matter.notices.length === 0 && (
        <p className="text-sm text-quiet">
          {t('Nobody was told yet. A custodian is a person who has to keep things elsewhere.')}
        </p>
      )}
      <ul className="grid gap-3">
        {matter.notices.map((notice) => (
          <NoticeItem key={notice.id} notice={notice} />
        ))}
      </ul>
    </Card>
  );
}

function NoticeItem({ notice }: { readonly notice: CustodianNotice }) {
  const next = nextReminder(notice);
  return (
    <li className="flex flex-wrap items-start justify-between gap-2 text-sm" data-testid="notice">
      <div className="min-w-0 grow basis-56">
        {notice.name}
        <span className="block text-xs text-quiet">
          <Rich
            text="told by {{name}} <at/>"
            values={{ name: notice.sentBy }}
            parts={{ at: <Timestamp instant={notice.sentAt} /> }}
          />
          {notice.reminders > 0 &&
            ` · ${plural(notice.reminders, { one: '{{count}} reminder', other: '{{count}} reminders' })}`}
        </span>
        {notice.mail?.state === 'failed' && (
          <span className="block text-xs text-bad">
            {t('The mail could not be sent: {{why}}', { why: notice.mail.answer ?? '' })}
          </span>
        )}
        {notice.mail?.state === 'waiting' && (
          <span className="block text-xs text-quiet">{t('The mail is still to be sent.')}</span>
        )}
        {next !== undefined && (
          <span className="block text-xs text-quiet">
            {next.toSuperior && notice.superior !== null ? (
              <Rich
                text="{{name}} is told <at/>"
                values={{ name: notice.superior }}
                parts={{ at: <Timestamp instant={next.at} /> }}
              />
            ) : next.toSuperior ? (
              <Rich
                text="you are to ask in person from <at/>: no superior is named"
                parts={{ at: <Timestamp instant={next.at} /> }}
              />
            ) : (
              <Rich text="reminded next <at/>" parts={{ at: <Timestamp instant={next.at} /> }} />
            )}
          </span>
        )}
        <details>
          <summary className="py-1 text-xs text-quiet">{t('What they were told')}</summary>
          <p className="break-words whitespace-pre-wrap">{notice.instructions}</p>
        </details>
      </div>
      <NoticeState notice={notice} />
    </li>
  );
}

function NoticeState({
  notice: { acknowledgedAt, escalatedAt, endedAt },
}: {
  readonly notice: CustodianNotice;
}) {
  if (acknowledgedAt !== null)
    return (
      <span className="grid justify-items-end gap-1">
        <Badge tone="good">{t('Acknowledged')}</Badge>
        <Timestamp instant={acknowledgedAt} className="text-xs text-quiet" />
      </span>
    );
  if (endedAt !== null) return <Badge>{t('Over')}</Badge>;
  return escalatedAt === null ? (
    <Badge tone="warn">{t('No answer yet')}</Badge>
  ) : (
    <Badge tone="bad">{t('Superior told')}</Badge>
  );
}
