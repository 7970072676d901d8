import { useState } from 'react';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Select } from '../components/ui/select.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { usePacks } from '../api/policy.ts';
import { OwnPolicyCard } from './own-policy-card.tsx';
import { PackCard } from './pack-card.tsx';
import { PackDiffCard } from './pack-diff-card.tsx';
import { SimulatorCard } from './simulator-card.tsx';
import { t } from '../i18n/t.ts';

/** The rules by which recordings are made, kept and disposed of, and what other rules would change. */
export function PolicyPage() {
  const { data, isPending, error, refetch } = usePacks();
  const [chosen, choose] = useState<string>();
  const shown = data?.items.find(({ digest }) => digest === chosen) ?? data?.items[0];
  return (
    <>
      <PageHeader title={t('Policy')}>
        {data !== undefined && shown !== undefined && (
          <Select
            label={t('Which rule pack')}
            value={shown.digest}
            options={data.items.map(({ digest, id, version, inForce }) => ({
              value: digest,
              label: inForce ? t('{{pack}}, in force', { pack: `${id} ${version}` }) : `${id} ${version}`,
            }))}
            className="ml-auto"
            onValue={choose}
          />
        )}
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The rules could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {shown !== undefined && (
        <div className="grid gap-4">
          {!shown.inForce && <PackDiffCard key={shown.digest} digest={shown.digest} />}
          <SimulatorCard />
          <OwnPolicyCard />
          <PackCard digest={shown.digest} />
        </div>
      )}
    </>
  );
}
