import { Check, Minus, Search } from 'lucide-react';
import type { RequestDetail } from '../../../hub/api/schemas/request.ts';
import { Card } from '../components/ui/card.tsx';
import { t } from '../i18n/t.ts';
import { storeInWords } from './request-words.ts';

/** Where the person is looked for, and where nothing can be looked for; the answer says both. */
export function DiscoveryCard({ entry }: { readonly entry: RequestDetail }) {
  const before = entry.state === 'identifying';
  return (
    <Card
      title={t('Where is looked')}
      icon={<Search />}
      hint={before ? t('Once it is sure who asks') : undefined}
    >
      <ul className="grid gap-1.5 text-sm" data-testid="discovery">
        {entry.searched.map((store) => (
          <li key={store} className="flex gap-2">
            <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
            {storeInWords(store)}
          </li>
        ))}
        {entry.notSearched.map((store) => (
          <li key={store} className="flex gap-2 text-quiet">
            <Minus aria-hidden className="mt-0.5 size-4 shrink-0" />
            <span>{t('Not searched: {{place}}', { place: store })}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
