import { useParams } from '@tanstack/react-router';
import { useAccessPolicies, useAccessPolicy } from '../api/access-policies.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { PolicyEditor } from './policy-editor.tsx';

/** One version, or a new one that begins with the text that is published. */
export function AccessPolicyPage() {
  const { version: named } = useParams({ from: '/signed-in/access-policies/$version' });
  return named === 'new' ? <NewVersion /> : <OneVersion version={Number(named)} />;
}

function OneVersion({ version }: { readonly version: number }) {
  const query = useAccessPolicy(version);
  return (
    <DetailPage
      back={{ to: '/access-policies', label: t('Access policies') }}
      query={query}
      failed={t('The version could not be loaded')}
      missing={{ title: t('There is no such version'), why: t('Look at the list of versions.') }}
    >
      {(stored) => <PolicyEditor key={stored.version} stored={stored} />}
    </DetailPage>
  );
}

function NewVersion() {
  const { data } = useAccessPolicies();
  const published = data?.items.find(({ state }) => state === 'published')?.version ?? null;
  const { data: stored } = useAccessPolicy(published);
  if (data === undefined || (published !== null && stored === undefined))
    return <Skeleton className="h-64 rounded-lg" />;
  return <PolicyEditor stored={stored} isNew />;
}
