import { Send } from 'lucide-react';
import type { Receipt } from '../../../hub/api/schemas/recording.ts';
import { ShortCode } from '../components/short-code.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { codeInWords } from '../format/words.ts';
import { Sentence } from '../components/sentence.tsx';
import { t } from '../i18n/t.ts';

const OUTCOMES = {
  done: { tone: 'good', meaning: t('The connected system confirmed it.') },
  rejected: { tone: 'bad', meaning: t('The connected system refused it.') },
  unknown: { tone: 'warn', meaning: t('No answer came; it is looked up before it is tried again.') },
} as const satisfies Record<Receipt['outcome'], { tone: string; meaning: string }>;

/** What connected systems answered. */
export function DeliveriesCard({ receipts }: { readonly receipts: readonly Receipt[] }) {
  return (
    <Card title={t('Deliveries')} icon={<Send />}>
      {receipts.length === 0 && <p className="text-sm text-quiet">{t('Nothing has been delivered yet.')}</p>}
      <ul className="grid gap-3">
        {receipts.map((receipt) => (
          <li key={receipt.id} className="grid gap-0.5 border-b border-line pb-3 last:border-0 last:pb-0">
            <div className="flex flex-wrap items-center justify-between gap-2">
              <span className="min-w-0 break-words">
                <span className="font-medium">{receipt.connection}</span>{' '}
                <span className="text-quiet">{receipt.operation}</span>
              </span>
              <Badge tone={OUTCOMES[receipt.outcome].tone} title={OUTCOMES[receipt.outcome].meaning}>
                {codeInWords(receipt.outcome)}
              </Badge>
            </div>
            {receipt.detail !== null && (
              <p className="text-sm break-words">
                <Sentence text={receipt.detail} />
              </p>
            )}
            <p className="flex flex-wrap items-center gap-x-2 text-xs text-quiet">
              <Timestamp instant={receipt.at} exact />
              {receipt.remoteId !== null && <ShortCode value={receipt.remoteId} what={t('remote id')} />}
              {receipt.contentSha256 !== null && (
                <ShortCode value={receipt.contentSha256} what={t('digest of what was sent')} />
              )}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
