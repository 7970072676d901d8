import { Link } from '@tanstack/react-router';
import { Download, Receipt } from 'lucide-react';
import type { RequestDetail, RequestReceipt } from '../../../hub/api/schemas/request.ts';
import { letterPath } from '../api/requests.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { shortId } from '../format/short-id.ts';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { byStore, OUTCOME_WORDS, storeInWords } from './request-words.ts';

/** What became of it in each store and connection, and the answer to send. */
export function ReceiptsCard({ entry }: { readonly entry: RequestDetail }) {
  const answered = entry.state === 'answered' || entry.state === 'refused';
  if (entry.receipts.length === 0 && !answered) return null;
  return (
    <Card
      title={t('Receipts')}
      icon={<Receipt />}
      hint={t('What became of it in each store')}
      actions={
        answered && (
          <Button asChild size="small">
            <a href={letterPath(entry.id)} download data-testid="letter">
              <Download aria-hidden /> {t('Answer as PDF')}
            </a>
          </Button>
        )
      }
    >
      {entry.receipts.length === 0 && (
        <p className="text-sm text-quiet">{t('Nothing was found, so no store had anything to do.')}</p>
      )}
      <div className="grid gap-4">
        {byStore(entry.receipts).map(({ store, receipts }) => (
          <section key={store} className="grid gap-1.5" data-testid="store-receipts">
            <h3 className="text-sm font-medium">{storeInWords(store)}</h3>
            <ul className="grid gap-1.5 text-sm">
              {receipts.map((receipt) => (
                <ReceiptItem
                  key={receipt.recordingId}
                  receipt={receipt}
                  ofRequest={receipt.recordingId === entry.id}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Card>
  );
}

interface ReceiptItemProps {
  readonly receipt: RequestReceipt;
  readonly ofRequest: boolean;
}

function ReceiptItem({ receipt, ofRequest }: ReceiptItemProps) {
  const { recordingId, outcome, ground, until, reviewAt, detail, checked, at } = receipt;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Badge tone={OUTCOME_WORDS[outcome].tone}>{OUTCOME_WORDS[outcome].label}</Badge>
      {ofRequest ? (
        <span className="text-xs text-quiet">{t('the request')}</span>
      ) : (
        <Link
          to="/recordings/$id"
          params={{ id: recordingId }}
          className="font-mono text-xs text-accent hover:underline"
        >
          {shortId(recordingId)}
        </Link>
      )}
      <span className="min-w-0 grow basis-64 break-words text-quiet">
        {[ground, detail].filter(Boolean).join(' · ')}
        {until !== null && (
          <>
            {' '}
            <Rich text="until <at/>" parts={{ at: <Timestamp instant={until} /> }} />
          </>
        )}
        {until === null && reviewAt !== null && (
          <>
            {' '}
            <Rich text="looked at again <at/>" parts={{ at: <Timestamp instant={reviewAt} /> }} />
          </>
        )}
      </span>
      <span className="text-xs text-quiet">
        {checked && `${t('read back')} · `}
        <Timestamp instant={at} />
      </span>
    </li>
  );
}
