import { CircleCheck } from 'lucide-react';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { t } from '../i18n/t.ts';

/** Where a window ends that proved its person's presence at an identity provider. */
export function ProvenPage() {
  return (
    <>
      <PageHeader title={t('Your presence is proven')} />
      <EmptyState icon={<CircleCheck />} title={t('You have proven that it is you')}>
        {t('Close this window and go on in the other one.')}
      </EmptyState>
    </>
  );
}
